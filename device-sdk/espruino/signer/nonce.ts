import { Bytes, join } from './arrays.ts'

/** The nonce of RFC 6979 section 3.2 with HMAC-SHA-256, as bytes; the caller asks for the next while one is no number from 1 to n - 1. */
export type Hash = (message: Uint8Array) => ArrayLike<number>

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

/** `state`: the key and the value. Why no closure: two that name each other are garbage that waits for a collection. */
const update = (sha256: Hash, state: ArrayLike<number>[], tag: number, more: ArrayLike<number>): void => {
  const value = state[1] as ArrayLike<number>
  const key = hmac(sha256, state[0] as ArrayLike<number>, join(value, tag, more))
  state[0] = key
  state[1] = hmac(sha256, key, value)
}

/** @param seed - the secret and the digest modulo n, 64 bytes. */
export const nonces = (sha256: Hash, seed: Uint8Array): (() => ArrayLike<number>) => {
  const state: ArrayLike<number>[] = [new Bytes(32), new Bytes(32).fill(1)]
  // Steps d to g.
  update(sha256, state, 0, seed)
  update(sha256, state, 1, seed)
  let again = false
  return () => {
    // Step h: the first candidate as it is, each further one after a new key.
    if (again) update(sha256, state, 0, [])
    again = true
    return (state[1] = hmac(sha256, state[0] as ArrayLike<number>, state[1] as ArrayLike<number>))
  }
}
