import { Bytes } from './arrays.ts'

/** The nonce of RFC 6979 section 3.2 with HMAC-SHA-256, as bytes; the caller asks for the next while one is no number from 1 to n - 1. */
export type Hash = (message: Uint8Array) => ArrayLike<number>

const join = E.toUint8Array

const hmac = (sha256: Hash, key: ArrayLike<number>, message: ArrayLike<number>): ArrayLike<number> => {
  const inner = new Bytes(64)
  inner.set(key)
  return sha256(
    join(
      inner.map((x) => x ^ 0x5c),
      sha256(
        join(
          inner.map((x) => x ^ 0x36),
          message,
        ),
      ),
    ),
  )
}

/** @param seed - the secret and the digest modulo n, 64 bytes. */
export const nonces = (sha256: Hash, seed: Uint8Array): (() => ArrayLike<number>) => {
  let key: ArrayLike<number> = new Bytes(32)
  let value: ArrayLike<number> = new Bytes(32).fill(1)
  const update = (tag: number, more: ArrayLike<number>): void => {
    key = hmac(sha256, key, join(value, tag, more))
    value = hmac(sha256, key, value)
  }
  // Steps d to g.
  update(0, seed)
  update(1, seed)
  let again = false
  return () => {
    // Step h: the first candidate as it is, each further one after a new key.
    if (again) update(0, [])
    again = true
    value = hmac(sha256, key, value)
    return value
  }
}
