import { readFileSync } from 'node:fs'
import { recoverPublicKey } from '@noble/secp256k1'
import { expect, test } from 'vitest'
import { randomFrom } from '../../../bench/fuzz/random.ts'
import { nobleSigner, nobleVerify, publicKeyOf, sha256 } from '../../../device-sdk/signer/index.ts'
import { bytesOf, edgeSecrets, randomPairs, wycheproofCases } from '../../../scripts/native/cases.ts'
import { printedSeed } from '../../gateway/seed.ts'
import { finish, verifyJob } from './signer-sources.ts'

const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const prime = 2n ** 256n - 2n ** 32n - 977n
type Case = readonly [digest: Uint8Array, publicKey: Uint8Array, signature: Uint8Array]

const holds = (...one: Case): boolean => finish(verifyJob(...one)).result.held === true
/** The verdict of both, which is the same. */
const verdict = (...one: Case): boolean => {
  const held = nobleVerify(...one)
  if (holds(...one) !== held) expect.fail(`not ${held}: ${one.map((part) => Buffer.from(part).toString('hex'))}`)
  return held
}
const turned = (bytes: Uint8Array, bit: number): Uint8Array =>
  bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))

test('10 signatures hold, and none with a bit turned of digest, key or signature; npm run drill:signer does 10 000', () => {
  const seed = printedSeed()
  const { below } = randomFrom(seed)
  for (const { secret, digest } of randomPairs(`${seed}`, 10)) {
    const [publicKey, signature] = [publicKeyOf(secret), nobleSigner(secret).sign(digest)]
    expect(verdict(digest, publicKey, signature)).toBe(true)
    const changed: Case[] = [
      [turned(digest, below(256)), publicKey, signature],
      [digest, turned(publicKey, below(264)), signature],
      [digest, publicKey, turned(signature, below(512))],
    ]
    expect(verdict(...(changed[below(3)] as Case))).toBe(false)
  }
})

test('keys and digests at the edges, where u1 is zero too', () => {
  const digests = [0n, 1n, order - 1n, order, 2n ** 256n - 1n].map(bytesOf)
  const { below } = randomFrom(printedSeed())
  for (const [i, digest] of [...digests, ...digests].entries()) {
    const secret = edgeSecrets[i < 5 ? below(edgeSecrets.length) : 2 * i] as Uint8Array
    expect(verdict(digest, publicKeyOf(secret), nobleSigner(secret).sign(digest))).toBe(true)
  }
})

test('every case of Wycheproof that is bad, and some of the good ones, are judged so; a high s is refused', () => {
  const file = new URL('../../vectors/wycheproof_ecdsa_secp256k1_sha256_p1363_test.json', import.meta.url)
  const cases = wycheproofCases(JSON.parse(readFileSync(file, 'utf8')))
  expect(cases.length).toBeGreaterThan(200)
  const { below } = randomFrom(printedSeed())
  for (const { id, digest, publicKey, signature, good } of cases) {
    if (good && below(6) > 0) continue
    if (holds(digest, publicKey, signature) !== good) expect.fail(`case ${id}: not ${good}`)
  }
})

/** What the comb adds last for an odd u: five signed powers of two, 52 bits apart. */
const lastOf = (u: bigint): bigint =>
  [0, 1, 2, 3, 4].reduce((sum, tooth) => {
    const at = BigInt(39 + 52 * tooth)
    return (u >> (at + 1n)) & 1n ? sum + (1n << at) : sum - (1n << at)
  }, 0n)

test('the sum may meet a point again, its opposite, or end at infinity', () => {
  // With the key G the sum is u * G for any u: r and s are chosen so that u2 and u1 are what is to be tried.
  const digestFor = (u1: bigint, s: bigint): Uint8Array => bytesOf((u1 * s) % order)
  const generator = publicKeyOf(bytesOf(1n))
  for (const [u1, u2] of [
    [1n, 1n],
    [2n, 1n],
    [1n, order - 1n],
    [2n ** 220n + 1n, order - 2n ** 220n - 1n],
    [order - 3n, 5n],
    // The last point that the comb adds is the sum so far.
    [77n, order + 2n * lastOf(77n) - 77n],
    [77n, order - 77n],
  ] as const) {
    const sum = (u1 + u2) % order
    // At infinity: r as if the last point had been added to itself.
    const seen = sum === 0n ? order + 2n * lastOf(u1) : sum
    const r = BigInt(`0x${Buffer.from(publicKeyOf(bytesOf(seen % order))).toString('hex', 1)}`) % order
    let s = (r * power(u2, order - 2n)) % order
    const high = s > order / 2n
    if (high) s = order - s
    // The other s turns both factors around, and the sum with them.
    const u = high ? order - u1 : u1
    expect(verdict(digestFor(u, s), generator, Buffer.concat([bytesOf(r), bytesOf(s)]))).toBe(sum !== 0n)
  }
})
const power = (x: bigint, n: bigint): bigint => {
  if (n === 0n) return 1n
  const half = power((x * x) % order, n / 2n)
  return n % 2n === 0n ? half : (half * x) % order
}

test('r may be an x that was reduced modulo n', () => {
  const digest = sha256(bytesOf(5n))
  // The smallest such x is n + 2.
  const signature = Buffer.concat([bytesOf(2n), bytesOf(7n)])
  const publicKey = recoverPublicKey(Buffer.concat([Buffer.from([2]), signature]), digest, { prehash: false })
  expect(verdict(digest, publicKey, signature)).toBe(true)
})

test('what is no number from 1 to n - 1, and no point of the curve, is refused before the sum', () => {
  const secret = sha256(bytesOf(1n))
  const digest = sha256(bytesOf(2n))
  const key = publicKeyOf(secret)
  const signature = nobleSigner(secret).sign(digest)
  const [r, s] = [signature.slice(0, 32), signature.slice(32)]
  const high = bytesOf(order - BigInt(`0x${Buffer.from(s).toString('hex')}`))
  const notOnCurve = Uint8Array.from([2, ...bytesOf(5n)])
  const cases: Case[] = [
    ...[0n, order, order + 1n, 2n ** 256n - 1n].map(bytesOf).flatMap((bad): Case[] => [
      [digest, key, Buffer.concat([bad, s])],
      [digest, key, Buffer.concat([r, bad])],
    ]),
    [digest, key, Buffer.concat([r, high])],
    [digest, notOnCurve, signature],
    ...[prime, prime + 1n, 2n ** 256n - 1n].map((x): Case => [digest, Uint8Array.from([2, ...bytesOf(x)]), signature]),
    ...[0, 1, 4, 5, 6, 7].map((first): Case => [digest, Uint8Array.from([first, ...key.slice(1)]), signature]),
  ]
  for (const one of cases) {
    const { result, slices } = finish(verifyJob(...one))
    expect(result.held).toBe(false)
    expect(slices).toBeLessThan(300)
    expect(nobleVerify(...one)).toBe(false)
  }
})

test('no slice of a verification does more than one addition of points', () => {
  const secret = sha256(bytesOf(3n))
  const digest = sha256(bytesOf(4n))
  const { slices, most } = finish(verifyJob(digest, publicKeyOf(secret), nobleSigner(secret).sign(digest)))
  expect(most).toBeLessThanOrEqual(11 * 37)
  expect(slices).toBeGreaterThan(600)
})
