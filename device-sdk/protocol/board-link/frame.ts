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

export const endByte = '\xc0'
export const escByte = '\xdb'
export const escapedEnd = '\xdc'
export const escapedEsc = '\xdd'

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
