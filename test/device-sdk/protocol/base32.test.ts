import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromBase32, toBase32 } from '../../../device-sdk/protocol/base32.ts'

describe('base32', () => {
  it('is that of RFC 4648 section 10, without padding', () => {
    const vectors = {
      '': '',
      f: 'MY',
      fo: 'MZXQ',
      foo: 'MZXW6',
      foob: 'MZXW6YQ',
      fooba: 'MZXW6YTB',
      foobar: 'MZXW6YTBOI',
    }
    for (const [plain, text] of Object.entries(vectors)) {
      expect(toBase32(Buffer.from(plain))).toBe(text)
      expect(fromBase32(text)).toEqual(new Uint8Array(Buffer.from(plain)))
    }
  })

  it('has one text for each byte string', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(fromBase32(toBase32(bytes))).toEqual(bytes)
      }),
    )
    for (const text of ['M', 'MZ', 'MZX', 'MZXW6Y', 'MY=', 'my', 'M1', 'MYA']) expect(fromBase32(text), text).toBeNull()
  })
})
