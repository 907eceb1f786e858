import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../../../device-sdk/protocol/index.ts'
import { bytesOf, hexOf } from '../fixtures.ts'

const float = (value: number) => (Number.isInteger(value) ? { float: value } : value)

/** The value of half-precision bits by RFC 8949 appendix D. */
const halfValue = (bits: number): number => {
  const exponent = (bits >> 10) & 31
  const fraction = bits & 0x3ff
  const size =
    exponent === 0
      ? fraction * 2 ** -24
      : exponent < 31
        ? (fraction + 1024) * 2 ** (exponent - 25)
        : fraction === 0
          ? Infinity
          : NaN
  return bits & 0x8000 ? -size : size
}

const refused = (hex: string) =>
  expect(decode(bytesOf(hex))).toMatchObject({
    ok: false,
    error: { detail: expect.stringContaining('a float that is') },
  })

describe('floats', () => {
  // RFC 8949 appendix A, as far as its examples are finite.
  it.each([
    [0, 'f90000'],
    [1, 'f93c00'],
    [1.1, 'fb3ff199999999999a'],
    [1.5, 'f93e00'],
    [65_504, 'f97bff'],
    [100_000, 'fa47c35000'],
    [3.4028234663852886e38, 'fa7f7fffff'],
    [1e300, 'fb7e37e43c8800759c'],
    [2 ** -24, 'f90001'],
    [0.00006103515625, 'f90400'],
    [-4, 'f9c400'],
    [-4.1, 'fbc010666666666666'],
    [2 ** -24 * 1023, 'f903ff'],
    [2 ** -25, 'fa33000000'],
    [2 ** -24 * 1.5, 'fa33c00000'],
    [65_520, 'fa477ff000'],
    [65_536, 'fa47800000'],
    [98_304, 'fa47c00000'],
    [2 ** -149, 'fa00000001'],
    [2 ** -150, 'fb3690000000000000'],
    [5e-324, 'fb0000000000000001'],
    [1.7976931348623157e308, 'fb7fefffffffffffff'],
  ])('%d is %s and nothing else', (value, hex) => {
    expect(hexOf(encode({ float: value }))).toBe(hex)
    expect(decode(bytesOf(hex))).toStrictEqual({ ok: true, value: float(value) })
  })

  it('takes every half but the infinities, the NaNs and -0', () => {
    for (let bits = 0; bits < 0x1_0000; bits++) {
      const value = halfValue(bits)
      const bytes = Uint8Array.from([0xf9, bits >> 8, bits & 255])
      const decoded = decode(bytes)
      if (!Number.isFinite(value) || Object.is(value, -0)) {
        if (decoded.ok) expect.fail(`accepted ${hexOf(bytes)}`)
        continue
      }
      const read =
        decoded.ok && typeof decoded.value === 'object'
          ? (decoded.value as { float: number }).float
          : decoded.ok && decoded.value
      if (read !== value || hexOf(encode({ float: value })) !== hexOf(bytes)) expect.fail(hexOf(bytes))
    }
  })

  it('refuses every half written as single, and every single written as double', () => {
    const wide = new DataView(new ArrayBuffer(9))
    fc.assert(
      fc.property(fc.nat({ max: 0x7bff }), fc.boolean(), (bits, negative) => {
        wide.setUint8(0, 0xfa)
        wide.setFloat32(1, halfValue(negative ? bits | 0x8000 : bits))
        refused(hexOf(new Uint8Array(wide.buffer, 0, 5)))
      }),
    )
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        wide.setUint8(0, 0xfb)
        wide.setFloat64(1, value)
        refused(hexOf(new Uint8Array(wide.buffer)))
      }),
    )
  })

  it('chooses the shortest of three that means the value exactly', () => {
    const single = new Float32Array(1)
    const isHalf = new Set(Array.from({ length: 0x7c00 }, (_, bits) => halfValue(bits)))
    const any = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.nat({ max: 0x7bff }).map(halfValue),
      fc.nat({ max: 0x7bff }).map((bits) => halfValue(bits) * 1.0009765625),
    )
    fc.assert(
      fc.property(any, (value) => {
        single[0] = value
        const length = isHalf.has(Math.abs(value)) ? 3 : single[0] === value ? 5 : 9
        expect(encode({ float: value })).toHaveLength(length)
      }),
      { numRuns: 5000 },
    )
  })

  it.each([
    ['a NaN of half precision', 'f97e00'],
    ['a NaN of single precision', 'fa7fc00000'],
    ['a NaN of double precision', 'fb7ff8000000000000'],
    ['a signalling NaN', 'f97c01'],
    ['a NaN with a payload', 'fb7ff8000000000001'],
    ['infinity', 'f97c00'],
    ['minus infinity', 'f9fc00'],
    ['infinity of single precision', 'fa7f800000'],
    ['minus infinity of double precision', 'fbfff0000000000000'],
    ['-0', 'f98000'],
    ['-0 of single precision', 'fa80000000'],
    ['-0 of double precision', 'fb8000000000000000'],
    ['0 of double precision', 'fb0000000000000000'],
  ])('refuses %s (%s)', (_, hex) => refused(hex))
})
