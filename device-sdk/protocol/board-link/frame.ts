/**
 * Frames between a small board and its host, over a serial line or a BLE UART: type, body and CRC-32 between END bytes.
 * Spec: RFC 1055 (SLIP: END, ESC, and what stands for them); CRC-32 of ITU-T V.42 section 8.1.1.6.2, as zlib has it.
 *
 * Why strings of one character a byte: so it is that Espruino's serial lines speak, and its native `split` and `join` do in
 * no time what a loop over bytes takes a second for. Why SLIP and not COBS: for the same reason; what is signed is as good
 * as random, so stuffing costs under one percent.
 */
export type ByteString = string
export type Frame = { readonly type: number; readonly body: ByteString }
/** From 0 to 2^32 - 1. */
export type Crc32 = (bytes: ByteString) => number

/** Type, body and CRC, before stuffing. */
export const frameBytesMax = 2_048
const crcBytes = 4

const endByte = '\xc0'
const escByte = '\xdb'
const escapedEnd = '\xdc'
const escapedEsc = '\xdd'

/** END goes first too: it ends whatever noise stood on the line. */
export const encodeFrame = (type: number, body: ByteString, crc32: Crc32): ByteString => {
  const plain = String.fromCharCode(type) + body
  const crc = crc32(plain)
  const checked = plain + String.fromCharCode((crc >>> 24) & 255, (crc >>> 16) & 255, (crc >>> 8) & 255, crc & 255)
  const stuffed = checked
    .split(escByte)
    .join(escByte + escapedEsc)
    .split(endByte)
    .join(escByte + escapedEnd)
  return endByte + stuffed + endByte
}

/** What stood between two END bytes, or null where an ESC is followed by neither of its two. */
const unstuff = (stuffed: ByteString): ByteString | null => {
  const parts = stuffed.split(escByte)
  let plain = parts[0] as string
  for (let i = 1; i < parts.length; i++) {
    const part = parts[i] as string
    const second = part.charAt(0)
    if (second !== escapedEnd && second !== escapedEsc) return null
    plain += (second === escapedEnd ? endByte : escByte) + part.slice(1)
  }
  return plain
}

const readFrame = (stuffed: ByteString, crc32: Crc32): Frame | null => {
  const checked = unstuff(stuffed)
  if (checked === null || checked.length <= crcBytes || checked.length > frameBytesMax) return null
  const plain = checked.slice(0, checked.length - crcBytes)
  let crc = 0
  for (let i = plain.length; i < checked.length; i++) crc = crc * 256 + checked.charCodeAt(i)
  return crc32(plain) === crc ? { type: plain.charCodeAt(0), body: plain.slice(1) } : null
}

/**
 * Takes bytes as they come, in pieces of any size, and hands over whole frames. What is no frame is dropped in silence, and the
 * next END is a new beginning; so is what runs over twice the maximum without one.
 */
export const frameReader = (crc32: Crc32, take: (frame: Frame) => void): ((bytes: ByteString) => void) => {
  let held = ''
  return (bytes) => {
    const pieces = (held + bytes).split(endByte)
    held = pieces.pop() as string
    if (held.length > 2 * frameBytesMax) held = ''
    for (const piece of pieces) {
      const frame = piece === '' ? null : readFrame(piece, crc32)
      if (frame !== null) take(frame)
    }
  }
}
