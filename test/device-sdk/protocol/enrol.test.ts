import { deepStrictEqual } from 'node:assert/strict'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CborKey, CborValue, Enrol } from '../../../device-sdk/protocol/index.ts'
import { decode, encode, encodeEnrol, isMap, readEnrol, ueidOf } from '../../../device-sdk/protocol/index.ts'
import { anyInt, anyText, anyUint, bytesFrom } from './cbor/arbitrary.ts'
import { bytesOf, hexOf, load, sha256 } from './fixtures.ts'

const publicKey = fc.tuple(fc.constantFrom(2, 3), bytesFrom(32)).map(([sign, x]) => Uint8Array.from([sign, ...x]))

const anyEnrol: fc.Arbitrary<Enrol> = publicKey.chain((key) =>
  fc.record(
    {
      nonce: bytesFrom(8, 64),
      publicKey: fc.constant(key),
      ueid: fc.constant(ueidOf(key, sha256)),
      hardwareModel: bytesFrom(0, 40),
      softwareName: anyText,
      softwareVersion: fc.oneof(fc.tuple(anyText), fc.tuple(anyText, anyInt)),
      bootCount: anyUint,
      deviceClaim: bytesFrom(65),
    },
    { requiredKeys: ['nonce', 'publicKey', 'ueid'], noNullPrototype: true },
  ),
)

const published = load('wire_bodies').messages.find(({ name }: { name: string }) => name === 'enrol')
const entriesOf = (value: CborValue | undefined): readonly (readonly [CborKey, CborValue])[] =>
  isMap(value) ? value.entries : []
const payload = decode(bytesOf(published.payload))
const claims = entriesOf(payload.ok ? payload.value : null)
const find = (entries: typeof claims, label: CborKey) => entries.find(([key]) => key === label)?.[1]
const key = entriesOf(find(entriesOf(find(claims, 8)), 1))

const change = (entries: typeof claims, label: CborKey, value?: CborValue): CborValue => ({
  entries: [...entries.filter(([old]) => old !== label), ...(value === undefined ? [] : [[label, value] as const])],
})
const claim = (label: CborKey, value?: CborValue): CborValue => change(claims, label, value)
const cnf = (...entries: (readonly [CborKey, CborValue])[]): CborValue => claim(8, { entries })
const inKey = (label: CborKey, value?: CborValue): CborValue => cnf([1, change(key, label, value)])
const zeros = (count: number): Uint8Array => new Uint8Array(count)

describe('an enrolment', () => {
  it('comes back, whichever claims it makes', () => {
    fc.assert(
      fc.property(anyEnrol, (enrol) => deepStrictEqual(readEnrol(encodeEnrol(enrol)), { ok: true, value: enrol })),
      { numRuns: 300 },
    )
  })

  it('is written as published', () => {
    const read = readEnrol(bytesOf(published.payload))
    expect(read.ok && hexOf(encodeEnrol(read.value))).toBe(published.payload)
    expect(read.ok && hexOf(read.value.publicKey)).toBe(load('wire_bodies').keys.device.publicKey)
  })

  it('puts each claim under its label of RFC 9711, RFC 8747 and this format', () => {
    const whole = decode(
      encodeEnrol({
        nonce: zeros(8),
        publicKey: zeros(33).fill(2),
        ueid: zeros(33).fill(1),
        hardwareModel: zeros(1),
        softwareName: 'hexfix',
        softwareVersion: ['0.1.0', 1],
        bootCount: 7,
        deviceClaim: zeros(65),
      }),
    )
    const entries = entriesOf(whole.ok ? whole.value : null)
    expect(entries.map(([label]) => label)).toEqual([8, 10, 256, 259, 267, 270, 271, -70_001])
    expect([259, 267, 270, 271].map((label) => find(entries, label))).toEqual([zeros(1), 7, 'hexfix', ['0.1.0', 1]])
    expect(entriesOf(find(entriesOf(find(entries, 8)), 1))).toEqual([
      [1, 2],
      [3, -47],
      [-1, 8],
      [-2, zeros(32).fill(2)],
      [-3, false],
    ])
  })

  it('carries the sign of y in its key', () => {
    for (const [sign, first] of [
      [false, 2],
      [true, 3],
    ] as const) {
      const read = readEnrol(encode(inKey(-3, sign)))
      expect(read.ok && read.value.publicKey[0]).toBe(first)
    }
  })

  it('takes a nonce of 8 to 64 bytes', () => {
    for (const bytes of [8, 64]) expect(readEnrol(encode(claim(10, zeros(bytes)))).ok).toBe(true)
    for (const bytes of [0, 7, 65]) expect(readEnrol(encode(claim(10, zeros(bytes)))).ok).toBe(false)
  })

  it.each<[string, CborValue]>([
    ['a list', [1, 2]],
    ['a map of nothing', { entries: [] }],
    ['no nonce', claim(10)],
    ['a nonce of text', claim(10, '0123456789')],
    ['a list of nonces', claim(10, [zeros(8), zeros(8)])],
    ['no cnf', claim(8)],
    ['a cnf that is bytes', claim(8, zeros(33))],
    ['an empty cnf', cnf()],
    ['a cnf by kid', cnf([3, zeros(8)])],
    ['two things in cnf', cnf([1, { entries: key }], [3, zeros(8)])],
    ['cnf under a text key', cnf(['1', { entries: key }])],
    ['a key that is bytes', cnf([1, zeros(33)])],
    ...[1, 3, -1, -2, -3].map((label): [string, CborValue] => [`no label ${label} in the key`, inKey(label)]),
    ['an OKP key', inKey(1, 1)],
    ['a key for ES256', inKey(3, -7)],
    ['a key for ES256 by its new number', inKey(3, -9)],
    ['a P-256 key', inKey(-1, 1)],
    ['x of 31 bytes', inKey(-2, zeros(31))],
    ['x of 33 bytes', inKey(-2, zeros(33))],
    ['x of text', inKey(-2, '0'.repeat(32))],
    ['a whole y', inKey(-3, zeros(32))],
    ['a sign of y that is 1', inKey(-3, 1)],
    ['a private key', inKey(-4, zeros(32))],
    ['a kid in the key', inKey(2, zeros(8))],
    ['a text label in the key', inKey('x', 1)],
    ['no ueid', claim(256)],
    ['a ueid of 32 bytes', claim(256, zeros(32).fill(1))],
    ['a ueid of type 2', claim(256, zeros(33).fill(2))],
    ['a ueid of text', claim(256, '1'.repeat(33))],
    ['a hardware model of text', claim(259, 'x')],
    ['a software name of bytes', claim(270, zeros(1))],
    ['a software version that stands alone', claim(271, '1.0')],
    ['an empty software version', claim(271, [])],
    ['a software version that is a number', claim(271, [1])],
    ['a version scheme of text', claim(271, ['1.0', 'semver'])],
    ['a version scheme that is null', claim(271, ['1.0', null])],
    ['three parts of a version', claim(271, ['1.0', 1, 1])],
    ['a negative boot count', claim(267, -1)],
    ['a boot count that is an integral float', claim(267, { float: 1 })],
    ['a device claim of 64 bytes', claim(-70_001, zeros(64))],
    ['a device claim of 66 bytes', claim(-70_001, zeros(66))],
    ['a claim that is not known', claim(11, 1)],
    ['a claim that every object has', claim('constructor', 1)],
    ['a known claim under a text key', claim('270', 'x')],
  ])('is refused with %s', (_, value) => {
    expect(readEnrol(encode(value))).toMatchObject({ ok: false, error: { code: 'wire/malformed' } })
  })

  it('is refused where it is no deterministic CBOR', () => {
    const whole = bytesOf(published.payload)
    for (let end = 0; end < whole.length; end++) expect(readEnrol(whole.subarray(0, end)).ok).toBe(false)
  })
})
