import { Digits } from './arrays.ts'
import { combOf } from './comb.ts'
import { addTimes, compare, fromBytes, type Limbs, limbs, load, map, subtractOnce, times, timesLess } from './field.ts'
import { inverse, type Slice } from './inverse.ts'
import { minusModN, mulAddModN, order } from './order.ts'
import { add, clear, double, empty, one, prime, X, Z, zero } from './point.ts'
import { isSecret } from './sign.ts'

/**
 * (p + 1) / 4 by its runs of ones: 223, 22 and 2 of them, with zeros between. Each pair says how often to square, and which of the powers
 * so far to multiply by then; the first of these is the number itself. Two squarings end it.
 */
const steps = [1, 0, 1, 0, 3, 2, 3, 2, 2, 1, 11, 5, 22, 6, 44, 7, 88, 8, 44, 7, 3, 2, 23, 6, 6, 1, 2]
const last = 26

/** The square root of a, if it has one. SEC 1 version 2, section 2.3.4: p is 3 modulo 4. */
const root = (a: Limbs, then: (y: Limbs) => Slice | undefined): Slice => {
  const powers: Limbs[] = [a]
  const y = limbs()
  let at = 0
  let left = steps[0] as number
  y.set(a)
  const turn: Slice = () => {
    load(y)
    if (left) {
      left--
      times(y, y)
      return turn
    }
    if (at === last) return then(y)
    times(y, powers[steps[at + 1] as number] as Limbs)
    const power = limbs()
    power.set(y)
    powers.push(power)
    at += 2
    left = steps[at] as number
    return turn
  }
  return turn
}

/**
 * The sum of u * G and v * Q, and nothing hides how it comes about: all of it is public. 257 doublings; v by its non-adjacent form
 * (Reitwiesner, 1960), whose digit i is bit i + 1 of 3 v less bit i + 1 of v; u by the comb of `multiply`, whose columns join the last
 * 13 doublings.
 */
const sumOf = (u: Limbs, v: Limbs, x: Limbs, y: Limbs, table: Limbs, then: () => undefined): Slice => {
  const once = new Digits(264)
  const thrice = new Digits(264)
  const chosen = combOf(u, once)
  const v3 = limbs()
  addTimes(v3, v, 2, v)
  map(v, once, undefined, -1)
  map(v3, thrice, undefined, -1)
  let i = 257
  let j = 0
  const turn: Slice = () => {
    if (!j) double()
    else if (j === 1) {
      const digit = (thrice[i] as number) - (once[i] as number)
      if (digit) add(x, y, digit < 0 ? 1 : 0)
    } else {
      const point = chosen[4 * i + j - 6] as number
      const at = 22 * (point & 63)
      add(table.subarray(at, at + 11), table.subarray(at + 11, at + 22), point & 64)
    }
    j++
    if (j === (i > 13 ? 2 : 6)) {
      j = 0
      i--
    }
    return i ? turn : then()
  }
  clear()
  return turn
}

/** Whether the sum has an x-coordinate that is r modulo p. */
const hasX = (r: Limbs): boolean => {
  const t = limbs()
  load(Z)
  times(t, Z)
  load(t)
  timesLess(t, r, X, zero)
  return compare(t, prime) === 0
}

/**
 * Checks a signature, in slices: SEC 1 version 2, section 4.1.4. `done` gets true for one that is right and whose s is in the lower half.
 * It costs a board five signatures.
 * @param publicKey - 33 bytes, SEC1 compressed.
 * @param signature - r || s, 64 bytes.
 * @param table - the bytes of `combTable`, as a Uint24Array.
 */
export const verify = (
  digest: Uint8Array,
  publicKey: Uint8Array,
  signature: Uint8Array,
  table: Limbs,
  done: (held: boolean) => void,
): Slice => {
  const end = (held: boolean): undefined => done(held) as undefined
  return () => {
    const r = fromBytes(signature.subarray(0, 32))
    const s = fromBytes(signature.subarray(32))
    const x = fromBytes(publicKey.subarray(1))
    const sign = publicKey[0] as number
    if (!isSecret(r) || !isSecret(s) || compare(s, minusModN(s)) > 0) return end(false)
    if ((sign | 1) !== 3 || compare(x, prime) >= 0) return end(false)
    // y^2 = x^3 + 7: SEC 2 section 2.4.1.
    const square = limbs()
    load(x)
    times(square, x)
    times(square, square)
    addTimes(square, square, 7, one)
    subtractOnce(square, prime)
    return root(square, (y) => {
      const t = limbs()
      load(y)
      timesLess(t, y, square, zero)
      if (compare(t, prime) !== 0) return end(false)
      subtractOnce(y, prime)
      if (((y[0] as number) ^ sign) & 1) addTimes(y, prime, -1, y)
      return inverse(s, order, s, () => {
        const z = fromBytes(digest)
        subtractOnce(z, order)
        return sumOf(mulAddModN(z, s, zero), mulAddModN(r, s, zero), x, y, table, () => {
          if (empty) return end(false)
          if (hasX(r)) return end(true)
          // x was reduced modulo n: r + n is the other number below p that it may have been.
          addTimes(r, r, 1, order)
          return end(compare(r, prime) < 0 && hasX(r))
        })
      })
    })
  }
}
