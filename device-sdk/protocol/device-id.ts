import type { Sha256 } from './sign1.ts'

/** kid = SHA-256(33-byte compressed public key)[0..8). It routes and no more: a collision can be made for 2^32 work. */
export const kidOf = (publicKey: Uint8Array, sha256: Sha256): Uint8Array =>
  new Uint8Array(sha256(publicKey).subarray(0, 8))

/** ueid of RFC 9711 section 4.2.1, type RAND: 0x01 || SHA-256(compressed public key). */
export const ueidOf = (publicKey: Uint8Array, sha256: Sha256): Uint8Array => {
  const ueid = new Uint8Array(33)
  ueid[0] = 1
  ueid.set(sha256(publicKey), 1)
  return ueid
}

export const isKid = (text: string): boolean => /^[0-9a-f]{16}$/.test(text)
