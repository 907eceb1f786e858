import { Bytes, join } from './arrays.ts'
import { compare, fromBytes, type Limbs, subtractOnce, toBytes } from './field.ts'
import { inverse, type Slice } from './inverse.ts'
import { multiply } from './multiply.ts'
import { type Hash, nonces } from './nonce.ts'
import { minusModN, mulAddModN, order } from './order.ts'
import { zero } from './point.ts'

/** From 1 to n - 1. */
export const isSecret = (d: Limbs): boolean => compare(d, zero) > 0 && compare(d, order) < 0

/** A number from 1 to n - 1 out of the board's entropy: a candidate of 32 bytes that is none is thrown away. */
export const makeSecret = <T extends ArrayLike<number>>(random32: () => T): T => {
  for (;;) {
    const candidate = random32()
    if (isSecret(fromBytes(candidate))) return candidate
  }
}

/**
 * ECDSA with the nonce of RFC 6979, in slices. `done` gets r || s || recovery id, 65 bytes, s in the lower half.
 * SEC 1 section 4.1.3; the recovery id as in section 4.1.6.
 */
export const sign = (
  secret: Uint8Array,
  digest: Uint8Array,
  table: Limbs,
  sha256: Hash,
  done: (signature: Uint8Array) => void,
): Slice => {
  const z = fromBytes(digest)
  subtractOnce(z, order)
  return () => {
    const k = fromBytes(makeSecret(nonces(sha256, join(secret, toBytes(z)))))
    return multiply(k, table, (r, y) => {
      let id = (y[0] as number) & 1
      if (compare(r, order) >= 0) {
        id += 2
        subtractOnce(r, order)
      }
      const rd = mulAddModN(r, fromBytes(secret), z)
      return inverse(k, order, k, () => {
        let s = mulAddModN(k, rd, zero)
        const other = minusModN(s)
        if (compare(s, other) > 0) {
          s = other
          id ^= 1
        }
        done(join(toBytes(r), toBytes(s), id))
        return undefined
      })
    })
  }
}

/**
 * The same as one thing to step through, for tests and benches; `result` is filled at its end.
 * @public
 */
export const signJob = (secret: Uint8Array, digest: Uint8Array, table: Limbs, sha256: Hash) => {
  const result = new Bytes(65)
  let slice: Slice | undefined = sign(secret, digest, table, sha256, (signature) => result.set(signature))
  const step = (): boolean => {
    slice = slice?.()
    return slice !== undefined
  }
  return { step, result }
}
