import fc from 'fast-check'
import type { CborKey, CborMap, CborValue } from '../../../../device-sdk/protocol/index.ts'
import { isMap } from '../../../../device-sdk/protocol/index.ts'

const heads = [0, 23, 24, 255, 256, 65_535, 65_536, 4_294_967_295, 4_294_967_296, Number.MAX_SAFE_INTEGER]

export const anyInt: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(...heads, ...heads.filter((head) => head > 0).map((head) => -head), -24, -25, -257, -65_537),
  fc.integer({ min: -1000, max: 1000 }),
  fc.maxSafeInteger(),
)
export const anyUint = anyInt.map(Math.abs)
export const anyUint32 = fc.oneof(fc.constantFrom(0, 23, 24, 0xffff_ffff), fc.nat({ max: 0xffff_ffff }))
export const bytesFrom = (minLength: number, maxLength = minLength): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength, maxLength })

/** Any code point but surrogates, so astral ones too; within 1024 bytes of UTF-8. */
export const anyText = fc.string({ unit: 'binary', maxLength: 30 })

const half = fc.nat({ max: 0x7bff }).map((bits) => {
  const exponent = bits >> 10
  const fraction = bits & 0x3ff
  return exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15)
})

/** As `decode` gives floats: plain where there is a fraction, `{ float }` where the value is integral. No -0. */
const anyFloat: fc.Arbitrary<CborValue> = fc
  .oneof(
    half,
    half.map((value) => 0 - value),
    fc.float({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  )
  .filter((value) => !Object.is(value, -0))
  .map((value) => (Number.isInteger(value) ? { float: value } : value))

const scalar: fc.Arbitrary<CborValue> = fc.oneof(
  anyInt,
  anyFloat,
  anyText,
  bytesFrom(0, 40),
  fc.boolean(),
  fc.constant(null),
)
const anyKey: fc.Arbitrary<CborKey> = fc.oneof(anyInt, anyText)

const mapOf = (key: fc.Arbitrary<CborKey>, value: fc.Arbitrary<CborValue>): fc.Arbitrary<CborMap> =>
  fc
    .uniqueArray(fc.tuple(key, value), { maxLength: 6, selector: ([name]) => `${typeof name} ${name}` })
    .map((entries) => ({ entries }))

/** Any value with at most `depth` containers around its innermost part; maps in any order of keys. */
export const anyValue = (depth: number): fc.Arbitrary<CborValue> => {
  if (depth === 0) return scalar
  const inner = anyValue(depth - 1)
  return fc.oneof(
    { weight: 3, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(inner, { maxLength: 5 }) },
    { weight: 1, arbitrary: mapOf(anyKey, inner) },
  )
}

export const anyIntMap = (depth: number): fc.Arbitrary<CborMap> => mapOf(anyInt, anyValue(depth))

/** Order of RFC 8949 section 4.2.1, from its meaning: unsigned, then negative, then text; each by length, then by value. */
const byWire = ([a]: readonly [CborKey, CborValue], [b]: readonly [CborKey, CborValue]): number => {
  if (typeof a === 'number' && typeof b === 'number') return a < 0 === b < 0 ? Math.abs(a) - Math.abs(b) : b - a
  if (typeof a === 'number' || typeof b === 'number') return typeof a === 'number' ? -1 : 1
  return Buffer.byteLength(a) - Buffer.byteLength(b) || Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** The same value with its maps in the order of the wire: what decoding gives back. */
export const inWireOrder = (value: CborValue): CborValue => {
  if (isMap(value)) {
    const entries = value.entries.map(([key, inner]) => [key, inWireOrder(inner)] as const)
    return { entries: entries.sort(byWire) }
  }
  return Array.isArray(value) ? value.map(inWireOrder) : value
}
