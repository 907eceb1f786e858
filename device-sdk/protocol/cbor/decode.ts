import { depthMax, itemsMax, textBytesMax } from '../limits.ts'
import type { Result } from '../result.ts'
import { fail, ok } from '../result.ts'
import { readFloat } from './float.ts'
import { readUtf8 } from './utf8.ts'
import type { CborKey, CborValue } from './value.ts'
import { intMax, isMap } from './value.ts'

/** `inside`: how many items the array or map has that was read last; of a map, keys and values. */
type Reader = { readonly bytes: Uint8Array; at: number; items: number; inside: number; fault: string | null }
/** An array or map whose items are being read, and what it stands in. A map has the key that waits for its value, and where that stood. */
type Open = {
  readonly list: CborValue[]
  readonly entries: [CborKey, CborValue][] | null
  left: number
  key: CborKey
  keyAt: number
  keyBytes: number
  readonly depth: number
  readonly outer: Open | null
}

const refuse = (reader: Reader, fault: string): null => {
  if (reader.fault === null) reader.fault = `${fault} at byte ${reader.at}`
  return null
}

/** The argument of a head, shortest form only (RFC 8949 section 4.2.1), at most 2^53 - 1; -1 after a fault. */
const readArgument = (reader: Reader, info: number): number => {
  if (info < 24) return info
  if (info > 27) {
    refuse(reader, info === 31 ? 'indefinite length' : 'reserved head')
    return -1
  }
  const length = 1 << (info - 24)
  if (reader.at + length > reader.bytes.length) {
    refuse(reader, 'truncated')
    return -1
  }
  let value = 0
  for (let i = 0; i < length; i++) value = value * 256 + (reader.bytes[reader.at++] as number)
  const least = info === 24 ? 24 : info === 25 ? 0x100 : info === 26 ? 0x1_0000 : 0x1_0000_0000
  if (value < least || value > intMax) {
    refuse(reader, value < least ? 'not in shortest form' : 'over 53 bits')
    return -1
  }
  return value
}

const readString = (reader: Reader, major: number, length: number): CborValue => {
  const from = reader.at
  if (length > reader.bytes.length - from) return refuse(reader, 'truncated')
  reader.at += length
  if (major === 2) return reader.bytes.subarray(from, reader.at)
  if (length > textBytesMax) return refuse(reader, 'text too long')
  return readUtf8(reader.bytes, from, reader.at) ?? refuse(reader, 'bad UTF-8')
}

/** Whether the encoded key at `b` comes after the one at `a`. Keys are self-delimiting: none is a proper prefix of another. */
const ascends = (bytes: Uint8Array, a: number, aLength: number, b: number, bLength: number): boolean => {
  for (let i = 0; i < aLength && i < bLength; i++) {
    const difference = (bytes[b + i] as number) - (bytes[a + i] as number)
    if (difference !== 0) return difference > 0
  }
  return false
}

const readSimple = (reader: Reader, info: number): CborValue => {
  if (info === 20 || info === 21) return info === 21
  if (info === 22) return null
  if (info < 25 || info > 27) return refuse(reader, 'a simple value other than false, true and null')
  const length = 1 << (info - 24)
  if (reader.at + length > reader.bytes.length) return refuse(reader, 'truncated')
  const value = readFloat(reader.bytes, reader.at, length)
  if (value === null) return refuse(reader, 'a float that is not finite, is -0 or not in shortest form')
  reader.at += length
  return Math.floor(value) === value ? { float: value } : value
}

/** Reads one item; of an array or map the head, and gives it empty. */
const readItem = (reader: Reader, depth: number): CborValue => {
  reader.inside = 0
  if (reader.at >= reader.bytes.length) return refuse(reader, 'truncated')
  if (++reader.items > itemsMax) return refuse(reader, 'too many items')
  const head = reader.bytes[reader.at++] as number
  const major = head >> 5
  const info = head & 31
  if (major === 6) return refuse(reader, 'a tag')
  if (major === 7) return readSimple(reader, info)
  const argument = readArgument(reader, info)
  if (argument < 0) return null
  if (major === 0) return argument
  // int53 ends at -(2^53 - 1).
  if (major === 1) return argument < intMax ? -1 - argument : refuse(reader, 'over 53 bits')
  if (major < 4) return readString(reader, major, argument)
  if (depth >= depthMax) return refuse(reader, 'nested too deep')
  const inside = major === 4 ? argument : 2 * argument
  // Every item has at least one byte: a declared length can never make us reserve more than we were sent.
  if (inside > reader.bytes.length - reader.at) return refuse(reader, 'truncated')
  reader.inside = inside
  return major === 4 ? [] : { entries: [] }
}

/** Puts an item, which began at `from`, where it belongs. */
const place = (reader: Reader, open: Open, value: CborValue, from: number): void => {
  const isKey = open.entries !== null && open.left % 2 === 0
  open.left--
  if (open.entries === null) open.list.push(value)
  else if (!isKey) open.entries.push([open.key, value])
  else {
    const length = reader.at - from
    if (open.keyBytes > 0 && !ascends(reader.bytes, open.keyAt, open.keyBytes, from, length))
      refuse(reader, 'keys not sorted or not unique')
    open.key = value as CborKey
    open.keyAt = from
    open.keyBytes = length
  }
}

const opened = (value: CborValue, left: number, outer: Open | null): Open => ({
  list: value as CborValue[],
  entries: isMap(value) ? (value.entries as [CborKey, CborValue][]) : null,
  left,
  key: 0,
  keyAt: 0,
  keyBytes: 0,
  depth: outer === null ? 0 : outer.depth + 1,
  outer,
})

/**
 * The strict scan and the decoding in one pass over hostile bytes. Accepts deterministic CBOR of RFC 8949 section 4.2.1 and
 * nothing else: definite lengths, shortest heads and floats, sorted unique keys, valid UTF-8, integers within 53 bits;
 * no tag, bignum, undefined, other simple value, NaN, infinity, -0 or trailing byte; depth, items and text within limits.
 * Byte strings are views into `bytes`. @returns `wire/malformed` with the place of the first fault.
 */
export const decode = (bytes: Uint8Array): Result<CborValue> => {
  const reader: Reader = { bytes, at: 0, items: 0, inside: 0, fault: null }
  const whole: CborValue[] = []
  // Why a list and not calls: on a small board each call takes half a kilobyte of a stack of twelve.
  let open: Open | null = opened(whole, 1, null)
  while (open !== null && reader.fault === null) {
    if (open.left === 0) {
      open = open.outer
      continue
    }
    const from = reader.at
    const major = (bytes[from] as number) >> 5
    if (open.entries !== null && open.left % 2 === 0 && major > 1 && major !== 3) {
      refuse(reader, 'a key is neither integer nor text')
      break
    }
    const value = readItem(reader, open.depth)
    const inside = reader.inside
    place(reader, open, value, from)
    if (inside > 0) open = opened(value, inside, open)
  }
  if (reader.fault === null && reader.at !== bytes.length) refuse(reader, 'trailing bytes')
  return reader.fault === null ? ok(whole[0] as CborValue) : fail('wire/malformed', reader.fault)
}
