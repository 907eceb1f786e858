import { fromHex, toHex } from './bytes.ts'

const cellBytes = 7
const pentagons = [4, 14, 24, 38, 49, 58, 63, 72, 83, 97, 107, 117]

/**
 * Whether seven bytes (the index without its leading 0x08) are a valid H3 cell, by bits alone: base cell at most 121, a digit of
 * 0..6 for each resolution, 7 for the unused ones, and for a pentagon no leading digit 1 (the deleted subsequence).
 * Spec: H3 index bit layout, https://h3geo.org/docs/core-library/h3Indexing.
 */
const isCell = (bytes: Uint8Array): boolean => {
  const bit = (at: number): number => ((bytes[at >> 3] as number) >> (7 - (at & 7))) & 1
  const bits = (from: number, count: number): number => {
    let value = 0
    for (let i = 0; i < count; i++) value = value * 2 + bit(from + i)
    return value
  }
  // After the leading byte (reserved bit, mode 1, reserved 000): resolution 4 bits, base cell 7 bits, 15 digits of 3 bits.
  const resolution = bits(0, 4)
  const base = bits(4, 7)
  if (base > 121) return false
  let leading = 0
  for (let i = 1; i <= 15; i++) {
    const digit = bits(11 + 3 * (i - 1), 3)
    if (i > resolution ? digit !== 7 : digit === 7) return false
    if (i <= resolution && leading === 0) leading = digit
  }
  return leading !== 1 || pentagons.indexOf(base) < 0
}

/** The 15 hex digits of an H3 index, from its form on the wire: 1 to 7 bytes, trailing 0xff trimmed. @returns null if it is none. */
export const cellOfWire = (wire: Uint8Array): string | null => {
  if (wire.length < 1 || wire.length > cellBytes || wire[wire.length - 1] === 0xff) return null
  const bytes = new Uint8Array(cellBytes).fill(0xff)
  bytes.set(wire)
  return isCell(bytes) ? `8${toHex(bytes)}` : null
}

/** The other way. @returns null where the text is no H3 cell. */
export const cellToWire = (cell: string): Uint8Array | null => {
  const bytes = cell.length === 15 && cell.charAt(0) === '8' ? fromHex(cell.slice(1)) : null
  if (bytes === null || !isCell(bytes)) return null
  let end = cellBytes
  while (bytes[end - 1] === 0xff) end--
  return bytes.slice(0, end)
}
