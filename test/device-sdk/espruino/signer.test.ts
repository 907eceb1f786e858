import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { sign } from '@noble/secp256k1'
import { describe, expect, test } from 'vitest'
import { nobleVerify, publicKeyOf, sha256 } from '../../../device-sdk/signer/index.ts'
import { finish, signing, table, toBytes } from './signer-sources.ts'

const vectors = (name: string) => JSON.parse(readFileSync(new URL(`../../vectors/${name}`, import.meta.url), 'utf8'))
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')
const n = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

const ours = (secret: Uint8Array, digest: Uint8Array) => finish(signing.signJob(secret, digest, table, sha256))
/** r || s || recovery id by noble, which puts the id first. */
const noble = (secret: Uint8Array, digest: Uint8Array): string => {
  const signature = sign(digest, secret, { prehash: false, lowS: true, format: 'recovered' })
  return hex(signature.subarray(1)) + hex(signature.subarray(0, 1))
}
const compare = (secret: Uint8Array, digest: Uint8Array, what: string): void => {
  const got = hex(ours(secret, digest).result)
  if (got !== noble(secret, digest)) expect.fail(`${what}: secret ${hex(secret)}, digest ${hex(digest)} gave ${got}`)
}

const edgeSecrets: bigint[] = [
  ...[1n, 2n, 3n, 4n, 5n, 255n, 256n, 65_537n],
  ...[1n, 2n, 3n, 4n].map((less) => n - less),
  ...[n / 2n, n / 2n + 1n, 2n ** 255n, 2n ** 254n - 1n, 2n ** 255n - 1n, 2n ** 128n, 2n ** 44n, 2n ** 220n],
  BigInt(`0x${'aa'.repeat(32)}`),
  BigInt(`0x${'55'.repeat(32)}`),
  BigInt(`0x8${'0'.repeat(62)}1`),
  BigInt(`0xfffffffe${'f'.repeat(56)}`),
]
const edgeDigests: bigint[] = [0n, 1n, n - 1n, n, n + 1n, 2n ** 256n - 1n, 2n ** 255n]

describe('byte for byte as noble', () => {
  test('every published vector of RFC 6979', () => {
    const { valid }: { valid: { d: string; m: string; signature: string }[] } = vectors('noble_ecdsa_rfc6979_200.json')
    expect(valid.length).toBeGreaterThanOrEqual(200)
    for (const { d, m, signature } of valid)
      expect(hex(ours(bytes(d), bytes(m)).result.subarray(0, 64))).toBe(signature)
  })

  test('edge keys with edge digests, the recovery id too', () => {
    for (const secret of edgeSecrets) {
      for (const digest of edgeDigests) compare(toBytes(secret), toBytes(digest), 'edge')
    }
  })

  test('1 000 random keys and messages; npm run drill:signer does 10 000', { timeout: 120_000 }, () => {
    const seed = randomInt(2 ** 32)
    for (let i = 0; i < 1000; i++) {
      const secret = sha256(new TextEncoder().encode(`secret ${seed} ${i}`))
      compare(secret, sha256(new TextEncoder().encode(`message ${seed} ${i}`)), `seed ${seed}, number ${i}`)
    }
  })
})

test('a changed digest changes the signature, and each verifies under its own digest alone', () => {
  const secret = toBytes(0x1f2e3d4cn)
  const digest = sha256(new Uint8Array([1]))
  const other = sha256(new Uint8Array([2]))
  const signature = ours(secret, digest).result.subarray(0, 64)
  expect(nobleVerify(digest, publicKeyOf(secret), signature)).toBe(true)
  expect(nobleVerify(other, publicKeyOf(secret), signature)).toBe(false)
})

test('no slice of a signature does more than one addition of points', () => {
  // 11 products of 24 columns each, and two differences: 286; 37 convolutions a product bound it.
  const { slices, most } = ours(toBytes(7n), sha256(new Uint8Array([3])))
  expect(most).toBeLessThanOrEqual(11 * 37)
  expect(slices).toBeGreaterThan(80)
})

test('a candidate that is no secret is thrown away and the next one asked for', () => {
  const candidates = [0n, n, n + 1n, 2n ** 256n - 1n, n - 1n, 1n].map(toBytes)
  let asked = 0
  const secret = signing.makeSecret(() => candidates[asked++] as Uint8Array)
  expect(hex(secret)).toBe(hex(toBytes(n - 1n)))
  expect(asked).toBe(5)
})
