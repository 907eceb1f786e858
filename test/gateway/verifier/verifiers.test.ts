import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, type TestContext, test } from 'vitest'
import { nobleSigner } from '../../../device-sdk/signer/index.ts'
import { measureRate, type Verifier, type VerifierName, verifierLoaders } from '../../../gateway/verifier/index.ts'
import { selfTest } from '../../../gateway/verifier/self-test.ts'

const names: readonly VerifierName[] = ['koffi', 'addon', 'libauth', 'noble']
const needed: readonly VerifierName[] = ['libauth', 'noble']

const loadOrSkip = async (name: VerifierName, ctx: TestContext): Promise<Verifier> => {
  // The required dependencies must load; the optional ones may be missing on this machine.
  if (needed.includes(name)) return verifierLoaders[name]()
  const loaded = await verifierLoaders[name]().catch((error: unknown) => String(error))
  if (typeof loaded === 'string') return ctx.skip(`${name} is not installed (${loaded}): scripts/debian-packages.sh`)
  return loaded
}

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const sha256 = (value: Uint8Array): Uint8Array => createHash('sha256').update(value).digest()
const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const scalar = (value: bigint): string => value.toString(16).padStart(64, '0')

type Wycheproof = {
  testGroups: {
    publicKey: { wx: string; wy: string; uncompressed: string }
    tests: { tcId: number; comment: string; msg: string; sig: string; result: 'valid' | 'invalid' }[]
  }[]
}
const wycheproof: Wycheproof = JSON.parse(
  readFileSync(new URL('../../vectors/wycheproof_ecdsa_secp256k1_sha256_p1363_test.json', import.meta.url), 'utf8'),
)

const compressed = (uncompressed: string): Uint8Array =>
  bytes(`${Number.parseInt(uncompressed.slice(-2), 16) % 2 === 0 ? '02' : '03'}${uncompressed.slice(2, 66)}`)

const isHighS = (signature: string): boolean =>
  signature.length === 128 && BigInt(`0x${signature.slice(64)}`) > order / 2n

describe.each(names)('%s', (name) => {
  test('agrees with Wycheproof, but for high-S, which it refuses', async (ctx) => {
    const verifier = await loadOrSkip(name, ctx)
    const seen = { good: 0, highS: 0, bad: 0 }
    for (const { publicKey, tests } of wycheproof.testGroups) {
      const key = compressed(publicKey.uncompressed)
      for (const { tcId, comment, msg, sig, result } of tests) {
        const highS = result === 'valid' && isHighS(sig)
        const good = result === 'valid' && !highS
        seen[good ? 'good' : highS ? 'highS' : 'bad'] += 1
        expect(verifier.verify(sha256(bytes(msg)), key, bytes(sig)), `${tcId}: ${comment}`).toBe(good)
      }
    }
    expect(seen.good).toBeGreaterThan(50)
    expect(seen.highS).toBeGreaterThan(0)
    expect(seen.bad).toBeGreaterThan(50)
  })

  test('passes its self-test', async (ctx) => {
    expect(selfTest(await loadOrSkip(name, ctx))).toBeNull()
  })

  test('refuses other sizes without throwing', async (ctx) => {
    const verifier = await loadOrSkip(name, ctx)
    const signer = nobleSigner(bytes(scalar(5n)))
    const digest = sha256(bytes('00'))
    const signature = signer.sign(digest)
    expect(verifier.verify(digest, signer.publicKey, signature)).toBe(true)
    for (const length of [0, 1, 31, 33, 63, 65, 72]) {
      const other = new Uint8Array(length)
      expect(verifier.verify(other, signer.publicKey, signature)).toBe(false)
      if (length !== 33) expect(verifier.verify(digest, other, signature)).toBe(false)
      expect(verifier.verify(digest, signer.publicKey, other)).toBe(false)
    }
  })

  test('takes views into a larger buffer at any offset', async (ctx) => {
    const verifier = await loadOrSkip(name, ctx)
    const signer = nobleSigner(bytes(scalar(6n)))
    const digest = sha256(bytes('01'))
    const frame = Buffer.concat([Buffer.alloc(3), digest, signer.publicKey, signer.sign(digest), Buffer.alloc(5)])
    const parts = [frame.subarray(3, 35), frame.subarray(35, 68), frame.subarray(68, 132)] as const
    expect(verifier.verify(...parts)).toBe(true)
    frame[3] = (frame[3] ?? 0) ^ 1
    expect(verifier.verify(...parts)).toBe(false)
  })

  test('keeps no key of a caller that changes its buffer', async (ctx) => {
    const verifier = await loadOrSkip(name, ctx)
    const [a, b] = [nobleSigner(bytes(scalar(11n))), nobleSigner(bytes(scalar(12n)))]
    const digest = sha256(bytes('02'))
    const key = Uint8Array.from(a.publicKey)
    expect(verifier.verify(digest, key, a.sign(digest))).toBe(true)
    key.set(b.publicKey)
    expect(verifier.verify(digest, key, a.sign(digest))).toBe(false)
    expect(verifier.verify(digest, key, b.sign(digest))).toBe(true)
  })

  test('has a rate that can be measured', async (ctx) => {
    expect(measureRate(await loadOrSkip(name, ctx), 10)).toBeGreaterThan(1)
  })
})

test('all that are installed agree on 300 signatures, most of them damaged', async () => {
  const loaded = await Promise.all(names.map((name) => verifierLoaders[name]().catch(() => null)))
  const verifiers = loaded.filter((verifier) => verifier !== null)
  expect(verifiers.length).toBeGreaterThanOrEqual(needed.length)
  const seen = { true: 0, false: 0 }
  const damage = fc.record({
    part: fc.constantFrom('none', 'digest', 'key', 'signature', 'twin'),
    at: fc.nat(63),
    bit: fc.nat(7),
  })
  const secret = fc.bigInt({ min: 1n, max: order - 1n })
  fc.assert(
    fc.property(secret, fc.uint8Array({ maxLength: 200 }), damage, (number, message, { part, at, bit }) => {
      const signer = nobleSigner(bytes(scalar(number)))
      const digest = Uint8Array.from(sha256(message))
      const key = Uint8Array.from(signer.publicKey)
      const signature = signer.sign(digest)
      const flip = (value: Uint8Array): void => {
        value[at % value.length] = (value[at % value.length] ?? 0) ^ (1 << bit)
      }
      if (part === 'digest') flip(digest)
      if (part === 'key') flip(key)
      if (part === 'signature') flip(signature)
      if (part === 'twin') {
        const s = BigInt(`0x${Buffer.from(signature.subarray(32)).toString('hex')}`)
        signature.set(bytes(scalar(order - s)), 32)
      }
      for (const verifier of verifiers) {
        expect(verifier.verify(digest, key, signature), verifier.name).toBe(part === 'none')
      }
      seen[part === 'none' ? 'true' : 'false'] += 1
    }),
    { numRuns: 300 },
  )
  expect(Math.min(seen.true, seen.false)).toBeGreaterThan(10)
})
