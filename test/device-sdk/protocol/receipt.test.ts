import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CborValue, Code } from '../../../device-sdk/protocol/index.ts'
import {
  codes,
  encode,
  encodeReceipt,
  readReceipt,
  verdictCode,
  verdictNumber,
} from '../../../device-sdk/protocol/index.ts'
import { anyUint, anyUint32, bytesFrom } from './cbor/arbitrary.ts'
import { bytesOf, hexOf, load } from './fixtures.ts'
import { anyBoot } from './report/arbitrary.ts'

const anyEntry = fc.record(
  { boot: anyBoot, seq: anyUint32, digest: bytesFrom(8), verdict: anyUint, logIndex: fc.option(anyUint) },
  { noNullPrototype: true },
)

const good: CborValue[] = [7, 1, bytesOf('0102030405060708'), 0, 5]
const put = (at: number, value: CborValue): CborValue => [good.map((old, i) => (i === at ? value : old))]

describe('a receipt', () => {
  it('comes back', () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { minLength: 1, maxLength: 20 }), (entries) => {
        expect(readReceipt(encodeReceipt(entries))).toStrictEqual({ ok: true, value: entries })
      }),
    )
  })

  it('is written as published', () => {
    const { payload } = load('wire_bodies').messages.find(({ name }: { name: string }) => name === 'receipt')
    const read = readReceipt(bytesOf(payload))
    expect(read).toMatchObject({ ok: true, value: [{ boot: 7, verdict: 0 }, { boot: 7 }] })
    expect(read.ok && hexOf(encodeReceipt(read.value))).toBe(payload)
  })

  it('has 1 to 20 entries', () => {
    expect(readReceipt(encode(new Array<CborValue>(20).fill(good))).ok).toBe(true)
    for (const count of [0, 21]) {
      expect(readReceipt(encode(new Array<CborValue>(count).fill(good)))).toMatchObject({
        ok: false,
        error: { code: 'wire/malformed' },
      })
    }
  })

  it.each<[string, CborValue]>([
    ['a map', { entries: [[0, good]] }],
    ['an entry that stands alone', good],
    ['an entry that is a map', [{ entries: [] }]],
    ['an entry of four', [good.slice(0, 4)]],
    ['an entry of six', [[...good, 0]]],
    ['a bad entry after a good one', [good, []]],
    ['a boot of 2^32', put(0, 2 ** 32)],
    ['a session of 7 bytes', put(0, new Uint8Array(7))],
    ['a boot that is null', put(0, null)],
    ['a negative seq', put(1, -1)],
    ['a seq of 2^32', put(1, 2 ** 32)],
    ['a digest of 7 bytes', put(2, new Uint8Array(7))],
    ['a digest of 32 bytes', put(2, new Uint8Array(32))],
    ['a digest of text', put(2, '01234567')],
    ['a verdict in words', put(3, 'accepted')],
    ['a negative verdict', put(3, -1)],
    ['a verdict that is null', put(3, null)],
    ['a log index below zero', put(4, -1)],
    ['a log index of text', put(4, '5')],
    ['a log index that is false', put(4, false)],
    ['a log index that is an integral float', put(4, { float: 5 })],
  ])('is refused with %s', (_, value) => {
    expect(readReceipt(encode([good])).ok).toBe(true)
    expect(readReceipt(encode(value))).toMatchObject({ ok: false, error: { code: 'wire/malformed' } })
  })

  it('is refused where it is no deterministic CBOR', () => {
    const bytes = encode([good])
    for (let end = 0; end < bytes.length; end++) expect(readReceipt(bytes.subarray(0, end)).ok).toBe(false)
  })
})

describe('the numbers of verdicts', () => {
  const published: Record<number, Code> = {
    0: 'accepted',
    1: 'report/replay',
    2: 'report/equivocation',
    3: 'wire/malformed',
    4: 'wire/too-large',
    5: 'sign1/bad-signature',
    6: 'sign1/wrong-kid',
    7: 'device/unknown',
    8: 'device/revoked',
    9: 'report/unknown-schema',
    10: 'report/bad-shape',
    11: 'report/out-of-range',
    12: 'time/ahead',
    14: 'session/unknown',
    15: 'quota/exceeded',
  }

  it.each(Object.entries(published))('%s is %s, both ways', (wire, code) => {
    expect(verdictNumber(code)).toBe(Number(wire))
    expect(verdictCode(Number(wire))).toBe(code)
  })

  it('are given to these codes and no other', () => {
    const numbered = Object.values(codes).flatMap((entry) => ('wire' in entry ? [entry.wire] : []))
    expect(numbered.sort((a, b) => a - b)).toEqual(Object.keys(published).map(Number))
  })

  it('that this version does not know have no code', () => {
    for (const wire of [13, 16, 255, -1, 0.5, Number.MAX_SAFE_INTEGER]) expect(verdictCode(wire)).toBeNull()
  })

  it('are not made up for a code that is no verdict', () => {
    expect(() => verdictNumber('key/missing')).toThrow('key/missing')
  })
})
