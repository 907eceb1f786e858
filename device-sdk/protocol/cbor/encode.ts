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

/**
 * Keys and values in turn. RFC 8949 section 4.2.1: bytewise lexicographic order of the encoded keys.
 * Why by insertion: maps are small and mostly in order, and `sort` takes much of a small board's stack.
 */
const sorted = (map: CborMap): CborValue[] => {
  const keys: Uint8Array[] = []
  const items: CborValue[] = []
  for (const entry of map.entries) {
    const length = write(nothing, entry[0])
    const key = new Uint8Array(length)
    write(key, entry[0])
    let i = keys.length
    while (i > 0 && precedes(key, keys[i - 1] as Uint8Array)) i--
    keys.splice(i, 0, key)
    items.splice(2 * i, 0, entry[0], entry[1])
  }
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
      at = isInt(value)
        ? writeHead(out, at, value < 0 ? 1 : 0, value < 0 ? -1 - value : value)
        : writeFloat(out, at, value)
      continue
    }
    if (value === null || typeof value === 'boolean') {
      out[at++] = value === null ? 0xf6 : value ? 0xf5 : 0xf4
      continue
    }
    if (typeof value === 'string') {
      at = writeHead(out, at, 3, writeUtf8(nothing, 0, value))
      at = writeUtf8(out, at, value)
      continue
    }
    if (value instanceof Uint8Array) {
      at = writeHead(out, at, 2, value.length)
      if (out.length > 0) out.set(value, at)
      at += value.length
      continue
    }
    if ('float' in value) {
      at = writeFloat(out, at, value.float)
      continue
    }
    const map = isMap(value) ? value : null
    const items = map === null ? (value as readonly CborValue[]) : map.entries
    at = writeHead(out, at, map === null ? 4 : 5, items.length)
    open = { items: map === null ? (value as readonly CborValue[]) : sorted(map), next: 0, outer: open }
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
