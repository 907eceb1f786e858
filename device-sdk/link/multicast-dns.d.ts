declare module 'multicast-dns' {
  import type { RemoteInfo } from 'node:dgram'
  import type { EventEmitter } from 'node:events'

  export type DnsRecord = { name: string; type: string; ttl?: number; data: unknown }
  export type DnsPacket = {
    questions?: { name: string; type: string }[]
    answers?: DnsRecord[]
    additionals?: DnsRecord[]
  }
  type Mdns = EventEmitter & {
    on(event: 'query' | 'response', take: (packet: DnsPacket, from: RemoteInfo) => void): Mdns
    on(event: 'error' | 'warning', take: (error: Error) => void): Mdns
    once(event: 'ready', take: () => void): Mdns
    query(questions: { name: string; type: string }[], done?: (error?: Error | null) => void): void
    respond(packet: DnsPacket, done?: (error?: Error | null) => void): void
    destroy(done?: () => void): void
  }
  const open: (options?: { interface?: string; bind?: string }) => Mdns
  export default open
}
