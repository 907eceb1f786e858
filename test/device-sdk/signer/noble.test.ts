import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  evmAddress,
  keccak256,
  nobleSigner,
  nobleVerify,
  publicKeyOf,
  sha256,
} from '../../../device-sdk/signer/index.ts'

const vectors = (name: string) => JSON.parse(readFileSync(new URL(`../../vectors/${name}`, import.meta.url), 'utf8'))
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')
const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const scalar = (value: bigint): Uint8Array => bytes(value.toString(16).padStart(64, '0'))

type Valid = { description: string; d: string; m: string; signature: string }
const { valid }: { valid: Valid[] } = vectors('noble_ecdsa_rfc6979_200.json')

describe('signatures', () => {
  test('there are 200 vectors or more', () => {
    expect(valid.length).toBeGreaterThanOrEqual(200)
  })

  test('every RFC 6979 vector comes out byte for byte, and verifies', () => {
    for (const { description, d, m, signature } of valid) {
      const signer = nobleSigner(bytes(d))
      expect(hex(signer.sign(bytes(m))), description).toBe(signature)
      expect(nobleVerify(bytes(m), signer.publicKey, bytes(signature)), description).toBe(true)
    }
  })

  test('the nonces of RFC 6979 are those of the published list', () => {
    // The first candidate nonce k gives r = x(k * G) mod n, so r must be that of the public key of k.
    const list: { message: string; d: string; k0: string }[] = vectors('noble_rfc6979_secp256k1.json')
    expect(list.length).toBeGreaterThan(0)
    for (const { message, d, k0 } of list) {
      const signature = nobleSigner(bytes(d)).sign(sha256(text(message)))
      expect(hex(signature.subarray(0, 32)), message).toBe(hex(publicKeyOf(bytes(k0)).subarray(1)))
    }
  })

  test('s is always in the lower half, and its twin in the upper half is refused', () => {
    const check = (secret: Uint8Array, message: Uint8Array): void => {
      const digest = sha256(message)
      const signer = nobleSigner(sha256(secret))
      const signature = signer.sign(digest)
      const s = BigInt(`0x${hex(signature.subarray(32))}`)
      expect(s <= order / 2n).toBe(true)
      expect(nobleVerify(digest, signer.publicKey, signature)).toBe(true)
      const twin = Uint8Array.from([...signature.subarray(0, 32), ...scalar(order - s)])
      expect(nobleVerify(digest, signer.publicKey, twin)).toBe(false)
    }
    fc.assert(fc.property(fc.uint8Array({ minLength: 1 }), fc.uint8Array(), check), { numRuns: 40 })
  })

  test.each([0, 31, 33, 64])('a digest of %i bytes is never signed', (length) => {
    const signer = nobleSigner(scalar(7n))
    expect(() => signer.sign(new Uint8Array(length))).toThrow(TypeError)
  })

  test('a change of the caller to its copy of the secret changes nothing', () => {
    const secret = scalar(9n)
    const signer = nobleSigner(secret)
    const before = hex(signer.sign(sha256(text('a'))))
    secret.fill(1)
    expect(hex(signer.sign(sha256(text('a'))))).toBe(before)
  })

  test('nothing that prints a signer shows its secret', () => {
    const signer = nobleSigner(bytes('ab'.repeat(32)))
    expect(inspect(signer, { depth: 9, showHidden: true }) + JSON.stringify(signer)).not.toMatch(/abab|171,? ?171/)
  })

  test.each([0n, order, order + 1n])('%i is no secret', (value) => {
    expect(() => nobleSigner(scalar(value))).toThrow()
  })
})

describe('verification never throws', () => {
  const signer = nobleSigner(scalar(3n))
  const digest = sha256(text('m'))
  const signature = signer.sign(digest)
  const half = signature.subarray(0, 32)
  const refused: [string, Uint8Array, Uint8Array, Uint8Array][] = [
    ['a short digest', digest.subarray(1), signer.publicKey, signature],
    ['a short key', digest, signer.publicKey.subarray(1), signature],
    ['an uncompressed key', digest, new Uint8Array(65), signature],
    ['a key off the curve', digest, Uint8Array.from([2, ...new Uint8Array(31), 5]), signature],
    ['the point at infinity', digest, new Uint8Array(33), signature],
    ['a DER signature', digest, signer.publicKey, bytes('3006020101020101')],
    ['r = 0', digest, signer.publicKey, Uint8Array.from([...scalar(0n), ...half])],
    ['s = 0', digest, signer.publicKey, Uint8Array.from([...half, ...scalar(0n)])],
    ['r = n', digest, signer.publicKey, Uint8Array.from([...scalar(order), ...half])],
    ['s = n', digest, signer.publicKey, Uint8Array.from([...half, ...scalar(order)])],
  ]
  test.each(refused)('%s is refused', (_name, ...args) => {
    expect(nobleVerify(...args)).toBe(false)
  })
})

describe('hashes and addresses', () => {
  test('keccak-256 is that of Ethereum, not SHA3-256', () => {
    expect(hex(keccak256(new Uint8Array(0)))).toBe('c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470')
  })

  test('SHA-256 is that of FIPS 180-4', () => {
    expect(hex(sha256(text('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })

  test('the addresses of the secrets 1 and 2 are the published ones', () => {
    expect(hex(evmAddress(publicKeyOf(scalar(1n))))).toBe('7e5f4552091a69125d5dfcb7b8c2659029395bdf')
    expect(hex(evmAddress(publicKeyOf(scalar(2n))))).toBe('2b5ad5c4795c026514f8317c7a215e218dccd6cf')
  })
})
