import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { getPublicKey, hashes, Point, sign, utils, verify } from '@noble/secp256k1'
import type { Signer } from './signer.ts'

// Why: the synchronous calls of @noble/secp256k1 3 work only after both are set.
hashes.sha256 = sha256
hashes.hmacSha256 = (key, message) => hmac(sha256, key, message)

export { sha256 }

/** Keccak-256 as Ethereum uses it: the padding before FIPS 202, so not SHA3-256. 32 bytes. */
export const keccak256 = (message: Uint8Array): Uint8Array => keccak_256(message)

const digestBytes = 32

// Why: the library hashes by default, and without that takes a digest of any length.
const asItIs = { prehash: false, lowS: true } as const

/** True for 32 bytes that stand for a number from 1 to n - 1. */
export const isSecret = (bytes: Uint8Array): boolean => utils.isValidSecretKey(bytes)

/** The 33-byte compressed public key of a secret. Throws for what is no secret. */
export const publicKeyOf = (secretKey: Uint8Array): Uint8Array => getPublicKey(secretKey)

/**
 * A signer over a secret in memory. The bytes are copied: the caller may wipe its own.
 * @param secretKey - 32 bytes, 1 to n - 1; anything else throws.
 */
export const nobleSigner = (secretKey: Uint8Array, uri = 'memory:'): Signer => {
  const publicKey = publicKeyOf(secretKey)
  // Why: only this closure sees the secret, so no log or JSON of a signer can show it.
  const secret = Uint8Array.from(secretKey)
  return {
    uri,
    exportable: true,
    publicKey,
    sign: (digest) => {
      if (digest.length !== digestBytes) {
        throw new TypeError(`a digest to sign has ${digestBytes} bytes, this one has ${digest.length}`)
      }
      return sign(digest, secret, asItIs)
    },
  }
}

/**
 * ECDSA check of r || s over a digest; s in the upper half is refused. Never throws: whatever is not
 * 32, 33 and 64 bytes of a valid digest, key and signature is false.
 */
export const nobleVerify = (digest: Uint8Array, publicKey: Uint8Array, signature: Uint8Array): boolean => {
  if (digest.length !== digestBytes || publicKey.length !== 33 || signature.length !== 64) return false
  try {
    return verify(signature, digest, publicKey, asItIs)
  } catch {
    return false
  }
}

/**
 * The 20-byte Ethereum address of a key: the last 20 bytes of keccak-256 over x || y.
 * @param publicKey - 33 bytes compressed; throws for a key off the curve.
 */
export const evmAddress = (publicKey: Uint8Array): Uint8Array =>
  keccak256(Point.fromBytes(publicKey).toBytes(false).subarray(1)).slice(-20)
