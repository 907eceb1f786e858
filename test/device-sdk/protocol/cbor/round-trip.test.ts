import { deepStrictEqual, match, strictEqual } from 'node:assert/strict'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CborMap, CborValue } from '../../../../device-sdk/protocol/index.ts'
import { decode, encode } from '../../../../device-sdk/protocol/index.ts'
import { bytesOf, hexOf, load, publishedBytes } from '../fixtures.ts'
import { anyValue, inWireOrder } from './arbitrary.ts'

const shuffled = (value: CborValue, order: () => number): CborValue => {
  if (Array.isArray(value)) return value.map((inner: CborValue) => shuffled(inner, order))
  if (typeof value !== 'object' || value === null || !('entries' in value) || value instanceof Uint8Array) return value
  const keyed = (value as CborMap).entries.map(([key, inner]) => ({
    at: order(),
    entry: [key, shuffled(inner, order)] as const,
  }))
  return { entries: keyed.sort((a, b) => a.at - b.at).map(({ entry }) => entry) }
}

describe('encode and decode', () => {
  it('give every value back, maps in the order of the wire', () => {
    fc.assert(
      fc.property(anyValue(7), (value) => {
        deepStrictEqual(decode(encode(value)), { ok: true, value: inWireOrder(value) })
      }),
      { numRuns: 2000 },
    )
  })

  // With calls that nest this is the end of V8's stack; a small board's ends a thousand times sooner.
  it('write what is nested deep without nested calls', () => {
    const depth = 100_000
    let value: CborValue = 7
    for (let i = 0; i < depth; i++) value = [value]
    const bytes = encode(value)
    strictEqual(bytes.length, depth + 1)
    strictEqual(bytes[depth - 1], 0x81)
    strictEqual(bytes[depth], 7)
  })

  it('write a map to the same bytes from any order of its keys', () => {
    fc.assert(
      fc.property(anyValue(3), fc.infiniteStream(fc.nat()), (value, numbers) => {
        const order = () => numbers.next().value as number
        strictEqual(hexOf(encode(shuffled(value, order))), hexOf(encode(value)))
      }),
      { numRuns: 500 },
    )
  })

  it('write a lone surrogate as U+FFFD, so that what is made is always UTF-8', () => {
    for (const text of [
      '\ud800',
      '\udfff',
      '\udc00\udc00',
      '\udbff\ue000',
      'a\udc00\ud800',
      '\ud83d',
      '\ud83d\ud83d\ude00',
    ]) {
      expect(decode(encode(text))).toEqual({ ok: true, value: Buffer.from(text).toString() })
    }
  })

  it('write an integral number as integer, and as float only where asked', () => {
    expect(hexOf(encode([20, { float: 20 }, -0, 2 ** 53]))).toBe('8414f94d0000fa5a000000')
  })
})

describe('decode', () => {
  const neverThrows = (bytes: Uint8Array): void => {
    const before = hexOf(bytes)
    const decoded = decode(bytes)
    strictEqual(hexOf(bytes), before)
    if (decoded.ok) {
      strictEqual(hexOf(encode(decoded.value)), before)
      return
    }
    strictEqual(decoded.error.code, 'wire/malformed')
    match(decoded.error.detail ?? '', / at byte \d+$/)
  }

  it('accepts of random bytes only what encode makes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), neverThrows), { numRuns: 5000 })
  })

  const published = publishedBytes()
  const edit = fc.record({
    at: fc.nat({ max: 400 }),
    remove: fc.nat({ max: 2 }),
    insert: fc.uint8Array({ maxLength: 2 }),
  })

  it('accepts of changed messages only what encode makes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...published), fc.array(edit, { maxLength: 3 }), (bytes, edits) => {
        const changed = [...bytes]
        for (const { at, remove, insert } of edits) changed.splice(at % (changed.length + 1), remove, ...insert)
        neverThrows(Uint8Array.from(changed))
      }),
      { numRuns: 5000 },
    )
  })

  it('refuses every published payload that is one byte short or long', () => {
    for (const { payload } of [...load('wire_examples').messages, ...load('wire_bodies').messages]) {
      const whole = bytesOf(payload)
      expect(decode(whole).ok).toBe(true)
      for (let end = 0; end < whole.length; end++) strictEqual(decode(whole.subarray(0, end)).ok, false)
      for (const byte of [0x00, 0x80, 0xf6, 0xff]) strictEqual(decode(Uint8Array.from([...whole, byte])).ok, false)
    }
  })

  it('reads from a view in the middle of a buffer', () => {
    const around = bytesOf('ffff82014200ffffff')
    expect(decode(around.subarray(2, 7))).toEqual({ ok: true, value: [1, bytesOf('00ff')] })
  })
})
