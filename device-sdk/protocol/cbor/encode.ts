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

/** Keys and values in turn. RFC 8949 section 4.2.1: bytewise lexicographic order of the encoded keys. */
const sorted = (map: CborMap): CborValue[] => {
  const pairs: { key: Uint8Array; entry: CborMap['entries'][number] }[] = []
  for (const entry of map.entries) {
    const length = write(nothing, entry[0])
    const key = new Uint8Array(length)
    write(key, entry[0])
    pairs.push({ key, entry })
  }
  pairs.sort((a, b) => (precedes(a.key, b.key) ? -1 : 1))
  const items: CborValue[] = []
  for (const pair of pairs) items.push(pair.entry[0], pair.entry[1])
  return items
}

/** An array or map that is being written, and what it stands in. */
type Open = { readonly items: readonly CborValue[]; next: number; readonly outer: Open | null }

/**
 * Writes one item and returns the end. Writing past the end of `out` does nothing, so an empty `out` measures.
 * Why nothing calls itself: on a small board each call takes half a kilobyte of a stack of twelve.
 */
const write = (out: Uint8Array, whole: CborValue): number => {
  let at = 0
  let open: Open | null = { items: [whole], next: 0, outer: null }
  while (open !== null) {
    if (open.next === open.items.length) {
      open = open.outer
      continue
    }
    const value = open.items[open.next++] as CborValue
    if (typeof value === 'number') {
      if (!isInt(value)) at = writeFloat(out, at, value)
      else at = value < 0 ? writeHead(out, at, 1, -1 - value) : writeHead(out, at, 0, value)
    } else if (value === null || typeof value === 'boolean') out[at++] = value === null ? 0xf6 : value ? 0xf5 : 0xf4
    else if (typeof value === 'string') {
      const length = writeUtf8(nothing, 0, value)
      at = writeHead(out, at, 3, length)
      at = writeUtf8(out, at, value)
    } else if (value instanceof Uint8Array) {
      at = writeHead(out, at, 2, value.length)
      if (out.length > 0) out.set(value, at)
      at += value.length
    } else if (isMap(value)) {
      at = writeHead(out, at, 5, value.entries.length)
      open = { items: sorted(value), next: 0, outer: open }
    } else if ('float' in value) at = writeFloat(out, at, value.float)
    else {
      at = writeHead(out, at, 4, value.length)
      open = { items: value, next: 0, outer: open }
    }
  }
  return at
}

/**
 * Deterministic CBOR (RFC 8949 section 4.2.1): shortest heads and floats, sorted keys, definite lengths.
 * The same source runs on Node, in browsers and on Espruino, so it uses no BigInt, Map or TextEncoder.
 * The caller gives no NaN, infinity, -0 or duplicate key: those are mistakes of the program, and the strict decoder refuses them.
 */
export const encode = (value: CborValue): Uint8Array => {
  const length = write(nothing, value)
  const out = new Uint8Array(length)
  write(out, value)
  return out
}
