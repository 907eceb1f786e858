import { writeFloat } from './float.ts'
import { writeUtf8 } from './utf8.ts'
import type { CborMap, CborValue } from './value.ts'
import { isInt, isMap } from './value.ts'

const nothing = new Uint8Array(0)

const writeHead = (out: Uint8Array, at: number, major: number, count: number): number => {
  const type = major << 5
  if (count < 24) {
    out[at] = type | count
    return at + 1
  }
  const length = count < 0x100 ? 1 : count < 0x1_0000 ? 2 : count < 0x1_0000_0000 ? 4 : 8
  out[at++] = type | (length === 1 ? 24 : length === 2 ? 25 : length === 4 ? 26 : 27)
  if (length === 8) {
    const high = Math.floor(count / 0x1_0000_0000)
    for (let shift = 24; shift >= 0; shift -= 8) out[at++] = (high >>> shift) & 255
  }
  for (let shift = 8 * (length === 8 ? 4 : length) - 8; shift >= 0; shift -= 8) out[at++] = (count >>> shift) & 255
  return at
}

const precedes = (a: Uint8Array, b: Uint8Array): boolean => {
  for (let i = 0; i < a.length && i < b.length; i++) {
    if (a[i] !== b[i]) return (a[i] as number) < (b[i] as number)
  }
  return a.length < b.length
}

const writeMap = (out: Uint8Array, at: number, map: CborMap): number => {
  const pairs: { key: Uint8Array; value: CborValue }[] = []
  for (const entry of map.entries) pairs.push({ key: bytesOf(entry[0]), value: entry[1] })
  // RFC 8949 section 4.2.1: bytewise lexicographic order of the encoded keys.
  pairs.sort((a, b) => (precedes(a.key, b.key) ? -1 : 1))
  at = writeHead(out, at, 5, pairs.length)
  for (const pair of pairs) {
    for (let i = 0; i < pair.key.length; i++) out[at++] = pair.key[i] as number
    at = write(out, at, pair.value)
  }
  return at
}

/** Writes one item and returns the end. Writing past the end of `out` does nothing, so an empty `out` measures. */
const write = (out: Uint8Array, at: number, value: CborValue): number => {
  if (typeof value === 'number') {
    if (isInt(value)) return value < 0 ? writeHead(out, at, 1, -1 - value) : writeHead(out, at, 0, value)
    return writeFloat(out, at, value)
  }
  if (value === null || typeof value === 'boolean') {
    out[at] = value === null ? 0xf6 : value ? 0xf5 : 0xf4
    return at + 1
  }
  if (typeof value === 'string') return writeUtf8(out, writeHead(out, at, 3, writeUtf8(nothing, 0, value)), value)
  if (value instanceof Uint8Array) {
    at = writeHead(out, at, 2, value.length)
    if (out.length > 0) out.set(value, at)
    return at + value.length
  }
  if (isMap(value)) return writeMap(out, at, value)
  if ('float' in value) return writeFloat(out, at, value.float)
  at = writeHead(out, at, 4, value.length)
  for (const item of value) at = write(out, at, item)
  return at
}

const bytesOf = (value: CborValue): Uint8Array => {
  const out = new Uint8Array(write(nothing, 0, value))
  write(out, 0, value)
  return out
}

/**
 * Deterministic CBOR (RFC 8949 section 4.2.1): shortest heads and floats, sorted keys, definite lengths.
 * The same source runs on Node, in browsers and on Espruino, so it uses no BigInt, Map or TextEncoder.
 * The caller gives no NaN, infinity, -0 or duplicate key: those are mistakes of the program, and the strict decoder refuses them.
 */
export const encode = (value: CborValue): Uint8Array => bytesOf(value)
