import type { Socket } from 'node:dgram'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'

export type Packet = {
  readonly kind: number
  readonly token: number
  readonly body: Buffer
  readonly bytes: Buffer
  readonly fromPort: number
}

const waitMsMax = 5_000

/** A UDP socket on loopback whose datagrams can be awaited one by one. */
const udpPeer = async () => {
  const socket: Socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const waiting: Packet[] = []
  let wake = (): void => {}
  socket.on('message', (bytes, { port: fromPort }) => {
    const kind = bytes[3] ?? -1
    waiting.push({ kind, token: bytes.readUInt16BE(1), body: bytes.subarray(4), bytes, fromPort })
    wake()
  })
  return {
    port: socket.address().port,
    send: (bytes: Uint8Array, port: number): void => socket.send(bytes, port, '127.0.0.1'),
    /** The next datagram of this kind; those of other kinds stay. */
    next: async (kind: number): Promise<Packet> => {
      for (const endMs = Date.now() + waitMsMax; ; ) {
        const at = waiting.findIndex((packet) => packet.kind === kind)
        const [found] = at < 0 ? [] : waiting.splice(at, 1)
        if (found !== undefined) return found
        if (Date.now() > endMs) throw new Error(`no datagram of kind ${kind} came`)
        await new Promise<void>((resolve) => {
          wake = resolve
          setTimeout(resolve, 100)
        })
      }
    },
    unread: (): number => waiting.length,
    close: async (): Promise<void> => {
      socket.close()
    },
  }
}

const euiHex = 'aa555a0000000101'

/**
 * The side of a gateway in Semtech's protocol, as its PROTOCOL.TXT describes it, and no line of ours: it builds every
 * datagram by hand.
 */
export const packetForwarder = async (eui = euiHex) => {
  const peer = await udpPeer()
  const write = (kind: number, token: number, json?: unknown): Buffer =>
    Buffer.concat([
      Buffer.of(2, token >> 8, token & 0xff, kind),
      Buffer.from(eui, 'hex'),
      Buffer.from(json === undefined ? '' : JSON.stringify(json)),
    ])
  return { ...peer, write }
}

/** The side of a LoRaWAN server in the same protocol. */
export const lorawanServer = async () => {
  const peer = await udpPeer()
  const write = (kind: number, token: number, json?: unknown): Buffer =>
    Buffer.concat([
      Buffer.of(2, token >> 8, token & 0xff, kind),
      Buffer.from(json === undefined ? '' : JSON.stringify(json)),
    ])
  return { ...peer, write }
}
