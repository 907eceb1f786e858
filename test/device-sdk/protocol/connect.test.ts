import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CborValue } from '../../../device-sdk/protocol/index.ts'
import { encode, encodeConnect, fromBase64Url, readConnect, toBase64Url } from '../../../device-sdk/protocol/index.ts'
import { anyUint32, bytesFrom } from './cbor/arbitrary.ts'
import { bytesOf, hexOf, load } from './fixtures.ts'

const gateway = bytesOf('0102030405060708')
const most = 0xffff_ffff

describe('the body of a connect message', () => {
  it('comes back', () => {
    fc.assert(
      fc.property(bytesFrom(8), anyUint32, anyUint32, (of, boot, n) => {
        expect(readConnect(encodeConnect({ gateway: of, boot, n }))).toStrictEqual({
          ok: true,
          value: { gateway: of, boot, n },
        })
      }),
    )
  })

  it('is [gateway, boot, n], as published', () => {
    const { payload } = load('wire_bodies').messages.find(({ name }: { name: string }) => name === 'connect')
    const read = readConnect(bytesOf(payload))
    expect(read).toMatchObject({ ok: true, value: { boot: 7, n: 3 } })
    expect(read.ok && hexOf(encodeConnect(read.value))).toBe(payload)
  })

  it('takes the last of 32 bits', () => {
    expect(readConnect(encode([gateway, most, most]))).toEqual({ ok: true, value: { gateway, boot: most, n: most } })
  })

  it.each<[string, CborValue]>([
    ['no list', gateway],
    ['a map', { entries: [[0, gateway]] }],
    ['two fields', [gateway, 7]],
    ['four fields', [gateway, 7, 3, 0]],
    ['a gateway of 7 bytes', [gateway.slice(1), 7, 3]],
    ['a gateway of 9 bytes', [new Uint8Array(9), 7, 3]],
    ['a gateway of text', ['01234567', 7, 3]],
    ['a session in place of a boot', [gateway, gateway, 3]],
    ['a negative boot', [gateway, -1, 3]],
    ['a boot of 2^32', [gateway, most + 1, 3]],
    ['a boot that is null', [gateway, null, 3]],
    ['a boot that is an integral float', [gateway, { float: 7 }, 3]],
    ['a negative n', [gateway, 7, -1]],
    ['an n of 2^32', [gateway, 7, most + 1]],
    ['an n that is a fraction', [gateway, 7, 0.5]],
  ])('is refused with %s', (_, value) => {
    expect(readConnect(encode(value))).toMatchObject({ ok: false, error: { code: 'wire/malformed' } })
  })

  it('is refused where it is no deterministic CBOR', () => {
    expect(readConnect(bytesOf('83480102030405060708180703'))).toMatchObject({
      ok: false,
      error: { code: 'wire/malformed' },
    })
    expect(readConnect(bytesOf('83480102030405060708070300'))).toMatchObject({ ok: false })
    expect(readConnect(new Uint8Array(0))).toMatchObject({ ok: false, error: { code: 'wire/malformed' } })
  })
})

describe('base64url', () => {
  it("writes what Node's writes, and reads it back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = toBase64Url(bytes)
        expect(text).toBe(Buffer.from(bytes).toString('base64url'))
        expect(fromBase64Url(text)).toStrictEqual(bytes)
      }),
      { numRuns: 500 },
    )
  })

  it('has one text for each byte string', () => {
    const letter = fc.constantFrom(...'ABQgwZaz019-_')
    fc.assert(
      fc.property(fc.array(letter, { maxLength: 9 }), (letters) => {
        const text = letters.join('')
        const bytes = fromBase64Url(text)
        const isCanonical = Buffer.from(text, 'base64url').toString('base64url') === text
        expect(bytes === null ? null : toBase64Url(bytes)).toBe(isCanonical ? text : null)
      }),
      { numRuns: 3000 },
    )
  })

  it.each([
    ['padding', 'AA=='],
    ['the letters of plain base64', 'ab+/'],
    ['a space', 'AA AA'],
    ['a newline at the end', 'AAAA\n'],
    ['one letter alone', 'A'],
    ['five letters', 'AAAAA'],
    ['unused bits in the second letter', 'AB'],
    ['unused bits in the third letter', 'AAB'],
    ['a letter that only looks Latin', 'AAA\u0410'],
    ['an astral letter', 'AA\u{1f600}'],
  ])('is refused with %s', (_, text) => expect(fromBase64Url(text)).toBeNull())
})
