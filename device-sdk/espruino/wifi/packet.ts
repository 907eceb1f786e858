import type { ByteString } from '../../protocol/index.ts'

/** Two bytes of a number; bytes as they are; or, as an array of one, a string behind its length. Section 1.5.3 */
export type Part = number | ByteString | readonly [ByteString]

const two = (value: number): ByteString => String.fromCharCode(value >> 8, value & 255)
const bytesOf = (part: Part): ByteString => {
  if (typeof part === 'number') return two(part)
  return typeof part === 'string' ? part : two(part[0].length) + part[0]
}

/** A packet of less than 16 384 bytes: two bytes say how long it is. Section 2.2.3 */
export const packetOf = (first: number, parts: readonly Part[]): ByteString => {
  const body = parts.map(bytesOf).join('')
  const length = body.length
  const head = length < 128 ? String.fromCharCode(length) : String.fromCharCode((length & 127) | 128, length >> 7)
  return String.fromCharCode(first) + head + body
}
