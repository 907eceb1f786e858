import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { didKeyOf, kidOf, qrText, readDidKey, readQrText, wordsOf } from '../../../device-sdk/protocol/index.ts'
import { bytesOf, hexOf, sha256 } from './fixtures.ts'

const porch = bytesOf('02505f234a81fe3af88625ebda259dbaec44c72b181e2f64735f8b8ec8d7cf7377')
const key = fc
  .tuple(fc.constantFrom(2, 3), fc.uint8Array({ minLength: 32, maxLength: 32 }))
  .map(([head, x]) => new Uint8Array([head, ...x]))

/** base58btc by one division of one great number: another way than the one under test. */
const base58 = (bytes: Uint8Array): string => {
  const letters = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
  let text = ''
  for (let n = BigInt(`0x${hexOf(bytes)}`); n > 0n; n /= 58n) text = letters.charAt(Number(n % 58n)) + text
  return text
}

describe('a did:key', () => {
  it('is the published one of a published key', () => {
    // W3C CCG, The did:key Method, test vectors for secp256k1.
    const published = bytesOf('03874c15c7fda20e539c6e5ba573c139884c351188799f5458b4b41f7924f235cd')
    expect(didKeyOf(published)).toBe('did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme')
  })

  it('is what an independent base58 makes, and reads back', () => {
    fc.assert(
      fc.property(key, (publicKey) => {
        const did = didKeyOf(publicKey)
        expect(did).toBe(`did:key:z${base58(new Uint8Array([0xe7, 0x01, ...publicKey]))}`)
        expect(readDidKey(did)).toEqual(publicKey)
      }),
    )
  })

  it.each([
    ['an Ed25519 key', 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK'],
    ['another method', didKeyOf(porch).replace('key', 'web')],
    ['a letter outside of base58', didKeyOf(porch).replace(/.$/, '0')],
    ['a letter less', didKeyOf(porch).slice(0, -1)],
    ['a letter more', `${didKeyOf(porch)}1`],
    ['nothing', 'did:key:z'],
    ['a leading zero', didKeyOf(porch).replace('key:z', 'key:z1')],
    ['a text without end', `did:key:z${'z'.repeat(100_000)}`],
    ['an uncompressed point', `did:key:z${base58(new Uint8Array([0xe7, 0x01, 4, ...porch.slice(1)]))}`],
  ])('is not read from %s', (_, text) => {
    expect(readDidKey(text)).toBeNull()
  })
})

describe('words', () => {
  const list: string[] = JSON.parse(
    readFileSync(new URL('../../../device-sdk/protocol/words/english.json', import.meta.url), 'utf8'),
  )

  it('are the English list of BIP-39, in its order', () => {
    expect(hexOf(sha256(Buffer.from(`${list.join('\n')}\n`)))).toBe(
      '2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda',
    )
  })

  it('are three, by the first 33 bits of the kid', () => {
    expect(wordsOf(bytesOf('0000000000000000'))).toBe('abandon-abandon-abandon')
    expect(wordsOf(bytesOf('ffffffffffffffff'))).toBe('zoo-zoo-zoo')
    expect(wordsOf(bytesOf('0000000080000000'))).toBe('abandon-abandon-ability')
    expect(wordsOf(bytesOf('000000007fffffff'))).toBe('abandon-abandon-abandon')
    expect(wordsOf(bytesOf('564341bee9b4caeb'))).toBe('film-borrow-hurry')
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), (kid) => {
        const bits = BigInt(`0x${hexOf(kid)}`) >> 31n
        const words = [22n, 11n, 0n].map((shift) => list[Number((bits >> shift) & 2047n)])
        expect(wordsOf(kid)).toBe(words.join('-'))
      }),
    )
  })
})

describe('the text of a label', () => {
  it('carries net, kid and key in the alphanumeric set of QR codes', () => {
    const text = qrText(1, porch, sha256)
    expect(text).toMatch(/^HEXFIX:1\/564341BEE9B4CAEB\/[A-Z2-7]{53}$/)
    expect(text).toMatch(/^[0-9A-Z $%*+\-./:]+$/)
    expect(text).toHaveLength(79)
    expect(readQrText(text, sha256)).toEqual({
      ok: true,
      value: { net: 1, kid: '564341bee9b4caeb', publicKey: porch },
    })
  })

  it('reads back for every net and key, in either case and with space around', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), key, (net, publicKey) => {
        const text = qrText(net, publicKey, sha256)
        const kid = hexOf(kidOf(publicKey, sha256))
        expect(readQrText(text, sha256)).toEqual({ ok: true, value: { net, kid, publicKey } })
        expect(readQrText(` ${text.toLowerCase()}\n`, sha256)).toEqual({ ok: true, value: { net, kid, publicKey } })
      }),
    )
  })

  it('is refused with any one character changed', () => {
    const text = qrText(1, porch, sha256)
    for (let at = 0; at < text.length; at++) {
      if (at === 7) continue // The net is not checked by the kid.
      const other = text.charAt(at) === 'A' ? 'B' : 'A'
      const changed = text.slice(0, at) + other + text.slice(at + 1)
      expect(readQrText(changed, sha256), changed).toMatchObject({ error: { code: 'label/not-a-device' } })
    }
  })

  it.each([
    ['nothing', ''],
    ['another scheme', 'HTTPS://EXAMPLE.COM'],
    ['a net over 53 bits', qrText(1, porch, sha256).replace(':1/', ':9007199254740992/')],
    ['a net with a leading zero', qrText(1, porch, sha256).replace(':1/', ':01/')],
    ['a key that is no compressed point', qrText(1, new Uint8Array(33).fill(4), sha256)],
  ])('is refused with %s', (_, text) => {
    expect(readQrText(text, sha256)).toMatchObject({ error: { code: 'label/not-a-device' } })
  })
})
