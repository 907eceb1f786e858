/**
 * As much of MQTT 3.1.1 as a board speaks, over strings of one character a byte: clean sessions, its reports at QoS 1, and what is for it
 * at QoS 0. Why QoS 0: a gateway sends to who is there, and again when it is asked again; so nothing has to be acknowledged from here.
 * Spec: OASIS MQTT 3.1.1, chapters 2 and 3.
 */
import type { ByteString } from '../../protocol/index.ts'

/** The first byte of what comes. */
export const came = { connack: 0x20, publish: 0x30, puback: 0x40, suback: 0x90, pingresp: 0xd0 } as const
export const pingPacket = '\xc0\0'

/** Of a packet that is kept: as of a frame on a line. A longer one is left out, byte for byte, and the next one read. */
const packetBytesMax = 2_048
/** A remaining length has four bytes at most. */
const lengthBytesMax = 4

const two = (value: number): ByteString => String.fromCharCode(value >> 8, value & 255)
const field = (text: ByteString): ByteString => two(text.length) + text

/** @param body - of less than 16 384 bytes: two bytes say how long it is. Section 2.2.3 */
const packet = (first: number, body: ByteString): ByteString => {
  const length = body.length
  const head = length < 128 ? [length] : [(length & 127) | 128, length >> 7]
  return String.fromCharCode(first) + E.toString(head) + body
}

/** [MQTT-3.1.0-1]. A clean session, with user name and password. */
export const connectPacket = (id: string, password: string, keepaliveS: number): ByteString =>
  packet(0x10, `${field('MQTT')}\x04\xc2${two(keepaliveS)}${field(id)}${field(id)}${field(password)}`)

/** [MQTT-3.8.1-1]. All at QoS 0. */
export const subscribePacket = (filters: readonly string[]): ByteString =>
  packet(0x82, two(1) + filters.map((filter) => `${field(filter)}\0`).join(''))

/** At QoS 1. Section 3.3. @param id - 1 to 65 535. */
export const publishPacket = (id: number, topic: string, message: ByteString): ByteString =>
  packet(0x32, field(topic) + two(id) + message)

/** Topic and message of a PUBLISH at QoS 0; null where its topic runs over its end. */
export const readPublish = (body: ByteString): { readonly topic: string; readonly message: ByteString } | null => {
  const end = 2 + body.charCodeAt(0) * 256 + body.charCodeAt(1)
  return end <= body.length ? { topic: body.slice(2, end), message: body.slice(end) } : null
}

/**
 * Takes bytes as they come, in pieces of any size, and hands over whole packets. Nothing is kept of a packet that says that it is over the
 * maximum. A length that is none ends it: `broken` is called, and what comes is not looked at any more.
 */
export const packetReader = (
  take: (first: number, body: ByteString) => void,
  broken: () => void,
): ((bytes: ByteString) => void) => {
  let held = ''
  let skipped = 0
  let isBroken = false
  /** False where more has to come. */
  const next = (): boolean => {
    let length = 0
    let at = 1
    let more = 128
    while (more > 127) {
      if (at > lengthBytesMax) {
        isBroken = true
        broken()
        return false
      }
      if (at >= held.length) return false
      more = held.charCodeAt(at)
      length += (more & 127) << (7 * (at - 1))
      at++
    }
    const end = at + length
    if (length > packetBytesMax) {
      skipped = Math.max(0, end - held.length)
      held = held.slice(end)
      return held !== ''
    }
    if (held.length < end) return false
    const first = held.charCodeAt(0)
    const body = held.slice(at, end)
    held = held.slice(end)
    take(first, body)
    return held !== ''
  }
  return (bytes) => {
    if (isBroken) return
    held += bytes.slice(skipped)
    skipped = Math.max(0, skipped - bytes.length)
    while (held !== '' && next());
  }
}
