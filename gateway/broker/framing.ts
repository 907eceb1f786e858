import type { Code } from '../../device-sdk/protocol/codes.ts'
import type { BrokerLimits } from './limits.ts'

/** What one piece of the stream showed, as far as it was read. */
export type Frames = {
  readonly fault: Code | null
  /** How many bytes were read: up to the end of CONNECT, or to the next PUBLISH after `publishesMax`, or all. */
  readonly used: number
  /** Whether CONNECT ended here. */
  readonly connects: boolean
  /** How many PUBLISH packets began. */
  readonly publishes: number
}

export type Framing = {
  /** Reads the next piece of the stream, cut anywhere; what was not used is fed again. After a fault the stream is over. */
  feed(piece: Uint8Array, publishesMax?: number): Frames
}

const connectByte = 0x10
const publish = 3
/** The first byte of a PROXY header, which was taken off already where the proxy is trusted. */
const proxyByte = 0x0d
/**
 * The first byte of every packet that a client may send, but for PUBLISH, whose flags vary: CONNECT, PUBACK, PUBREC,
 * PUBREL, PUBCOMP, SUBSCRIBE, UNSUBSCRIBE, PINGREQ, DISCONNECT. The flags are reserved [MQTT-2.2.2-2].
 */
const fromClients: readonly number[] = [connectByte, 0x40, 0x50, 0x62, 0x70, 0x82, 0xa2, 0xc0, 0xe0]

/** PUBLISH has its QoS in two bits, and 3 is none [MQTT-3.3.1-4]. */
const isFromClient = (byte: number): boolean =>
  byte >> 4 === publish ? (byte & 0b0110) !== 0b0110 : fromClients.includes(byte)

const fault = (code: Code): Frames => ({ fault: code, used: 0, connects: false, publishes: 0 })

/**
 * Follows the fixed headers of an MQTT 3.1.1 stream (section 2.2) and keeps only counters: what a packet declares is
 * judged before a byte of it is kept. CONNECT comes first and once [MQTT-3.1.0-1] [MQTT-3.1.0-2].
 */
export const createFraming = (limits: Pick<BrokerLimits, 'connectBytesMax' | 'packetBytesMax'>): Framing => {
  let inHeader = false
  let lengthBytes = 0
  let length = 0
  let bodyLeft = 0
  let connected = false

  const startPacket = (byte: number): Code | null => {
    inHeader = true
    lengthBytes = 0
    length = 0
    if (!connected) return byte === connectByte ? null : byte === proxyByte ? 'proxy/untrusted' : 'mqtt/connect-first'
    if (byte === connectByte) return 'mqtt/second-connect'
    return isFromClient(byte) ? null : 'mqtt/malformed'
  }

  /** MQTT 3.1.1 section 2.2.3: seven bits a byte, the lowest first, at most four bytes. */
  const addLength = (byte: number): Code | null => {
    length += (byte & 0x7f) * 128 ** lengthBytes
    lengthBytes += 1
    // Why: judged at each byte, since the fourth may never come.
    if (length > (connected ? limits.packetBytesMax : limits.connectBytesMax)) return 'mqtt/packet-too-large'
    const more = (byte & 0x80) !== 0
    if (more && lengthBytes === 4) return 'mqtt/malformed'
    // A last byte of zero is a longer form than needed; no library sends it, and parsers differ on it.
    if (!more && byte === 0 && lengthBytes > 1) return 'mqtt/malformed'
    if (more) return null
    inHeader = false
    bodyLeft = length
    return null
  }

  return {
    feed: (piece, publishesMax = Number.POSITIVE_INFINITY) => {
      let publishes = 0
      let at = 0
      while (at < piece.length) {
        if (bodyLeft > 0) {
          const step = Math.min(bodyLeft, piece.length - at)
          bodyLeft -= step
          at += step
        } else {
          const byte = piece[at] ?? 0
          if (connected && !inHeader && byte >> 4 === publish) {
            if (publishes >= publishesMax) break
            publishes += 1
          }
          at += 1
          const code = inHeader ? addLength(byte) : startPacket(byte)
          if (code) return fault(code)
        }
        if (!connected && !inHeader && bodyLeft === 0) {
          connected = true
          return { fault: null, used: at, connects: true, publishes }
        }
      }
      return { fault: null, used: at, connects: false, publishes }
    },
  }
}
