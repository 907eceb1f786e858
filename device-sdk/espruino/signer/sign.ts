import { compare, fromBytes, type Limbs, limbs, subtractOnce, toBytes } from './field.ts'
import { inverse, settle } from './inverse.ts'
import { type Job, multiply } from './multiply.ts'
import { type Hash, nonces } from './nonce.ts'
import { minusModN, mulAddModN, order } from './order.ts'
import { zero } from './point.ts'

const isSecret = (d: Limbs): boolean => compare(d, zero) > 0 && compare(d, order) < 0

/** A number from 1 to n - 1 out of the board's entropy: a candidate of 32 bytes that is none is thrown away. */
export const makeSecret = (random32: () => Uint8Array): Uint8Array => {
  for (;;) {
    const candidate = random32()
    if (isSecret(fromBytes(candidate, 0))) return candidate
  }
}

/**
 * ECDSA with the nonce of RFC 6979, in slices. The result is r || s || recovery id, 65 bytes, s in the lower half.
 * SEC 1 section 4.1.3; the recovery id as in section 4.1.6.
 */
export const signJob = (secret: Uint8Array, digest: Uint8Array, table: Limbs, sha256: Hash): Job<Uint8Array> => {
  const result = new Uint8Array(65)
  const d = fromBytes(secret, 0)
  const z = fromBytes(digest, 0)
  subtractOnce(z, order)
  const seed = new Uint8Array(64)
  seed.set(secret)
  toBytes(z, seed, 32)
  const next = nonces(sha256, seed)
  let k = limbs()
  let product = multiply(order, table)
  let turn = inverse(zero, zero)
  let phase = 0
  const step = (): boolean => {
    if (phase === 0) {
      k = fromBytes(next(), 0)
      if (isSecret(k)) {
        product = multiply(k, table)
        phase = 1
      }
    } else if (phase === 1) {
      if (!product.step()) {
        turn = inverse(k, order)
        phase = 2
      }
    } else if (!turn.round()) {
      const r = product.result.x
      const y = product.result.y
      let id = (y[0] as number) & 1
      if (compare(r, order) >= 0) {
        id += 2
        subtractOnce(r, order)
      }
      settle(turn.x, order, k)
      let s = mulAddModN(k, mulAddModN(r, d, z), zero)
      const other = minusModN(s)
      if (compare(s, other) > 0) {
        s = other
        id ^= 1
      }
      toBytes(r, result, 0)
      toBytes(s, result, 32)
      result[64] = id
      return false
    }
    return true
  }
  return { step, result }
}
