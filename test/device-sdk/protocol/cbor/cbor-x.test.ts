import { Decoder, Encoder } from 'cbor-x'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CborValue } from '../../../../device-sdk/protocol/index.ts'
import { decode, encode, isMap } from '../../../../device-sdk/protocol/index.ts'
import { hexOf } from '../fixtures.ts'
import { anyText, anyValue, bytesFrom } from './arbitrary.ts'

const options = { useRecords: false, mapsAsObjects: false, tagUint8Array: false, variableMapSize: true }
const oracle = new Encoder(options)
const reader = new Decoder(options)

/** What cbor-x writes in shortest form: integers below 2^32, bytes, text, arrays, booleans, null. */
const shared = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.integer({ min: -(2 ** 32), max: 2 ** 32 - 1 }),
    fc.constantFrom(0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, -1, -24, -25, -256, -257, -65_536, -65_537),
    bytesFrom(0, 300),
    anyText,
    fc.string({ unit: 'binary', minLength: 50, maxLength: 250 }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 30 }),
  ),
})).value

/** The value as cbor-x reads it: it tells no integral float from an integer. */
const asRead = (value: CborValue): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value)
  if (Array.isArray(value)) return value.map(asRead)
  if (isMap(value)) return new Map(value.entries.map(([key, inner]) => [key, asRead(inner)]))
  return typeof value === 'object' && value !== null && 'float' in value ? value.float : value
}

/** cbor-x reads 64-bit integers as BigInt where they do not fit, and bytes as Buffer or Uint8Array. */
const plain = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value)
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(plain)
  return value instanceof Map ? new Map([...value].map(([key, inner]) => [plain(key), plain(inner)])) : value
}

describe('beside cbor-x', () => {
  it('encode makes the same bytes where cbor-x is deterministic, and decode takes them', () => {
    fc.assert(
      fc.property(shared, (value) => {
        const theirs = oracle.encode(value)
        expect(hexOf(encode(value))).toBe(hexOf(theirs))
        expect(decode(new Uint8Array(theirs))).toStrictEqual({ ok: true, value })
      }),
      { numRuns: 1000 },
    )
  })

  it('cbor-x reads in everything that encode makes what was meant', () => {
    fc.assert(
      fc.property(anyValue(4), (value) => {
        expect(plain(reader.decode(Buffer.from(encode(value))))).toEqual(asRead(value))
      }),
      { numRuns: 1000 },
    )
  })
})
