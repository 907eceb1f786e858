import { isUtf8 } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readUtf8, writeUtf8 } from '../../../../device-sdk/protocol/cbor/utf8.ts'
import { decode, encode } from '../../../../device-sdk/protocol/index.ts'
import { bytesOf, hexOf } from '../fixtures.ts'

const read = (bytes: Uint8Array): string | null => readUtf8(bytes, 0, bytes.length)
const byPlatform = (bytes: Uint8Array): string | null => (isUtf8(bytes) ? Buffer.from(bytes).toString() : null)

describe('readUtf8', () => {
  it.each([
    ['a slash in two bytes (overlong)', 'c0af'],
    ['U+007F in two bytes (overlong)', 'c1bf'],
    ['U+07FF in three bytes (overlong)', 'e09fbf'],
    ['U+FFFF in four bytes (overlong)', 'f08fbfbf'],
    ['the first surrogate', 'eda080'],
    ['the last surrogate', 'edbfbf'],
    ['a pair of surrogates (CESU-8)', 'eda0bdedb880'],
    ['U+110000', 'f4908080'],
    ['a lead of 0xf5', 'f5808080'],
    ['a lead of 0xff', 'ff'],
    ['a continuation alone', '80'],
    ['two bytes cut to one', 'c3'],
    ['three bytes cut to two', 'e282'],
    ['four bytes cut to three', 'f09f98'],
    ['a lead followed by ASCII', 'c361'],
    ['a lead in the place of a continuation', 'e282c3'],
  ])('refuses %s (%s)', (_, hex) => {
    const bytes = bytesOf(hex)
    expect(read(bytes)).toBeNull()
    const item = Uint8Array.from([0x60 + bytes.length, ...bytes])
    expect(decode(item)).toMatchObject({ ok: false, error: { detail: expect.stringContaining('bad UTF-8') } })
  })

  it.each([
    ['7f', '\u007f'],
    ['c280', '\u0080'],
    ['dfbf', '\u07ff'],
    ['e0a080', '\u0800'],
    ['ed9fbf', '\ud7ff'],
    ['ee8080', '\ue000'],
    ['efbfbf', '\uffff'],
    ['efbbbf61', '\ufeffa'],
    ['f0908080', '\u{10000}'],
    ['f48fbfbf', '\u{10ffff}'],
    ['00', '\0'],
  ])('reads %s at the edge of its length, and it is written so', (hex, text) => {
    expect(read(bytesOf(hex))).toBe(text)
    expect(hexOf(encode(text)).slice(2)).toBe(hex)
  })

  it('agrees with the platform on every lead and pair of bytes, and on random ones', () => {
    for (let lead = 0; lead < 256; lead++) {
      for (let next = 0; next < 256; next++) {
        for (const tail of [[], [0x80], [0xbf, 0x80]]) {
          const bytes = Uint8Array.from([lead, next, ...tail])
          if (read(bytes) !== byPlatform(bytes)) expect.fail(`${lead} ${next} ${tail}`)
        }
      }
    }
    const near = fc.constantFrom(0x61, 0x80, 0x90, 0x9f, 0xa0, 0xbf, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4)
    const random = fc.array(fc.oneof(near, fc.nat({ max: 255 })), { maxLength: 8 }).map((list) => Uint8Array.from(list))
    fc.assert(
      fc.property(random, (bytes) => read(bytes) === byPlatform(bytes)),
      { numRuns: 5000 },
    )
  })
})

describe('writeUtf8', () => {
  it('agrees with the platform on any UTF-16, and measures what it writes', () => {
    const units = fc.array(fc.oneof(fc.nat({ max: 0xffff }), fc.integer({ min: 0xd700, max: 0xe0ff })), {
      maxLength: 20,
    })
    fc.assert(
      fc.property(units, (list) => {
        const text = String.fromCharCode(...list)
        const out = new Uint8Array(writeUtf8(new Uint8Array(0), 0, text))
        expect(writeUtf8(out, 0, text)).toBe(out.length)
        expect(out).toEqual(new TextEncoder().encode(text))
      }),
      { numRuns: 2000 },
    )
  })
})
