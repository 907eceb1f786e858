import { hostname } from 'node:os'
import type { Announcement } from '../../device-sdk/protocol/index.ts'
import { announcedSchemes, announcedService, encodeAnnouncement } from '../../device-sdk/protocol/index.ts'

export type AnnounceOptions = Announcement & {
  /** An address of this machine: the one network to speak to. Without it, the system's choice. */
  readonly interface?: string
  readonly failed: (error: Error) => void
}

/** Seconds for which others may remember; RFC 6762 section 10. */
const ttl = 120
const answersPerSMax = 20

/**
 * Answers on the link who asks by mDNS (RFC 6762) for gateways, and says once at the start that this one is here. Where it is, the
 * sender's address tells.
 */
export const announceGateway = async (options: AnnounceOptions): Promise<{ close(): Promise<void> }> => {
  const { default: openMdns } = await import('multicast-dns')
  const { interface: address, failed } = options
  // Why bind: to the address alone, what is sent to the group would not arrive.
  const mdns = openMdns(address === undefined ? {} : { interface: address, bind: '0.0.0.0' })
  const name = `${options.kid}.${announcedService}`
  const [port = 0] = announcedSchemes.map((scheme) => options.ports[scheme]).filter((one) => one !== undefined)
  const packet = (lifeS: number) => ({
    answers: [{ name: announcedService, type: 'PTR', ttl: lifeS, data: name }],
    additionals: [
      { name, type: 'SRV', ttl: lifeS, data: { port, target: `${hostname().split('.')[0]}.local` } },
      { name, type: 'TXT', ttl: lifeS, data: encodeAnnouncement(options) },
    ],
  })
  let second = 0
  let answers = 0
  mdns.on('error', failed)
  // A packet that cannot be read is somebody else's.
  mdns.on('warning', () => {})
  mdns.on('query', ({ questions = [] }) => {
    if (
      !questions.some((one: { readonly name: unknown }) =>
        [announcedService, name].includes(String(one.name).toLowerCase()),
      )
    )
      return
    const now = Math.floor(Date.now() / 1000)
    if (now !== second) answers = 0
    second = now
    answers += 1
    if (answers <= answersPerSMax) mdns.respond(packet(ttl))
  })
  mdns.once('ready', () => mdns.respond(packet(ttl)))
  return {
    close: () =>
      new Promise((resolve) => {
        // RFC 6762 section 10.1: a life of 0 says goodbye.
        mdns.respond(packet(0), () => mdns.destroy(resolve))
      }),
  }
}
