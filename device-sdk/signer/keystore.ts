import type { ScryptOptions } from 'node:crypto'
import { createCipheriv, createDecipheriv, pbkdf2, randomBytes, randomUUID, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { concatBytes, equalBytes, fromHex, toHex } from '../protocol/index.ts'
import { fail, ok, type Result } from '../protocol/result.ts'
import { evmAddress, isSecret, keccak256, publicKeyOf } from './noble.ts'

type Record = Readonly<{ [name: string]: unknown }>
type Derive = (passphrase: string) => Promise<Uint8Array>

const scryptBytes = promisify<string, Uint8Array, number, ScryptOptions, Buffer>(scrypt)
const pbkdf2Bytes = promisify(pbkdf2)

/** What a new file costs to try one passphrase against: 128 MiB and about 0.4 s. */
const cost = { n: 131_072, r: 8, p: 1 }
/** What a foreign file may cost. geth writes 256 MiB; a file that asks for more is somebody's trap. */
const memoryBytesMax = 2 ** 30
const passesMax = 16
const roundsMax = 10_000_000

const isRecord = (value: unknown): value is Record => typeof value === 'object' && value !== null
const bad = (what: string): Result<never> => fail('owner/bad-keystore', what)

/** Names in either case: some wallets write `Crypto`. */
const field = (record: unknown, name: string): unknown =>
  isRecord(record) ? Object.entries(record).find(([key]) => key.toLowerCase() === name)?.[1] : undefined

const hexField = (record: unknown, name: string): Uint8Array | null => {
  const text = field(record, name)
  return typeof text === 'string' ? fromHex(text.toLowerCase().replace(/^0x/, '')) : null
}

const count = (record: unknown, name: string, max: number): number | null => {
  const value = field(record, name)
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= max ? value : null
}

const scryptFrom = (params: unknown, salt: Uint8Array): Derive | null => {
  const [n, r, p] = [count(params, 'n', 2 ** 24), count(params, 'r', 64), count(params, 'p', passesMax)]
  if (n === null || r === null || p === null || n < 2 || (n & (n - 1)) !== 0 || 128 * n * r > memoryBytesMax)
    return null
  // RFC 7914 section 6: N < 2^(128 * r / 8). OpenSSL holds to it; the published vector has N of 2^18 with r of 1, and wallets follow it.
  if (n >= 2 ** (16 * r))
    return async (passphrase) =>
      (await import('@noble/hashes/scrypt.js')).scrypt(passphrase, salt, { N: n, r, p, dkLen: 32 })
  return (passphrase) => scryptBytes(passphrase, salt, 32, { N: n, r, p, maxmem: 128 * r * (n + p) + 2 ** 20 })
}

const derivation = (crypto: unknown): Derive | null => {
  const params = field(crypto, 'kdfparams')
  const salt = hexField(params, 'salt')
  if (salt === null || field(params, 'dklen') !== 32) return null
  if (field(crypto, 'kdf') === 'scrypt') return scryptFrom(params, salt)
  const rounds = count(params, 'c', roundsMax)
  if (field(crypto, 'kdf') !== 'pbkdf2' || field(params, 'prf') !== 'hmac-sha256' || rounds === null) return null
  return (passphrase) => pbkdf2Bytes(passphrase, salt, rounds, 32, 'sha256')
}

/** keccak-256(derived[16..32) || ciphertext). */
const macOf = (derived: Uint8Array, ciphertext: Uint8Array): Uint8Array =>
  keccak256(concatBytes([derived.subarray(16, 32), ciphertext]))

/**
 * Encrypts a key under a passphrase: Web3 Secret Storage, version 3 (scrypt, aes-128-ctr), as geth and MetaMask read it.
 * Spec: https://ethereum.org/developers/docs/data-structures-and-encoding/web3-secret-storage
 */
export const sealKeystore = async (secret: Uint8Array, passphrase: string, { n, r, p } = cost): Promise<object> => {
  const [salt, iv] = [randomBytes(32), randomBytes(16)]
  const derived = await scryptBytes(passphrase, salt, 32, { N: n, r, p, maxmem: 128 * r * (n + p) + 2 ** 20 })
  const cipher = createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv)
  const ciphertext = new Uint8Array(Buffer.concat([cipher.update(secret), cipher.final()]))
  const mac = macOf(derived, ciphertext)
  derived.fill(0)
  return {
    version: 3,
    id: randomUUID(),
    address: toHex(evmAddress(publicKeyOf(secret))),
    crypto: {
      cipher: 'aes-128-ctr',
      cipherparams: { iv: toHex(iv) },
      ciphertext: toHex(ciphertext),
      kdf: 'scrypt',
      kdfparams: { dklen: 32, n, r, p, salt: toHex(salt) },
      mac: toHex(mac),
    },
  }
}

/** The 20-byte address that a file says it holds, unproven; null where it says none. */
export const keystoreAddress = (document: unknown): Uint8Array | null => {
  const address = hexField(document, 'address')
  return address?.length === 20 ? address : null
}

/**
 * The 32 bytes of the key; the caller wipes them. Errors: owner/bad-keystore for another format, a trap or damage,
 * owner/wrong-passphrase where the MAC does not hold. Keys that were written without their leading zeros are read too.
 */
export const unsealKeystore = async (document: unknown, passphrase: string): Promise<Result<Uint8Array>> => {
  const crypto = field(document, 'crypto')
  const [iv, ciphertext, mac] = [
    hexField(field(crypto, 'cipherparams'), 'iv'),
    hexField(crypto, 'ciphertext'),
    hexField(crypto, 'mac'),
  ]
  if (field(document, 'version') !== 3) return bad('not of version 3')
  if (field(crypto, 'cipher') !== 'aes-128-ctr' || iv?.length !== 16) return bad('the cipher is not aes-128-ctr')
  if (ciphertext === null || ciphertext.length === 0 || ciphertext.length > 32) return bad('ciphertext')
  const derive = derivation(crypto)
  if (derive === null || mac?.length !== 32) return bad('kdf, kdfparams or mac')
  const derived = await derive(passphrase)
  if (!timingSafeEqual(macOf(derived, ciphertext), mac)) return fail('owner/wrong-passphrase')
  const decipher = createDecipheriv('aes-128-ctr', derived.subarray(0, 16), iv)
  const secret = new Uint8Array(32)
  secret.set(decipher.update(ciphertext), 32 - ciphertext.length)
  derived.fill(0)
  if (!isSecret(secret)) return bad('it holds no key of secp256k1')
  const said = keystoreAddress(document)
  return said === null || equalBytes(said, evmAddress(publicKeyOf(secret)))
    ? ok(secret)
    : bad('its address is not of its key')
}
