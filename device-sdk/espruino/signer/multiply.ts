import { floor, type Limbs, limbs, mul, scale, subtractOnce } from './field.ts'
import { inverse, settle } from './inverse.ts'
import { minusModN } from './order.ts'
import { add, clear, double, prime, W, X, Z, zero } from './point.ts'

/** Work in slices: each call of `step` does at most one addition of points or one round of an inversion. */
export type Job<T> = { step(): boolean; readonly result: T }

export type Affine = { x: Limbs; y: Limbs }

/** Bit i of a number below 2^256. */
const bit = (a: Limbs, i: number): number => (i < 256 ? ((a[floor(i / 24)] as number) >> (i % 24)) & 1 : 0)

/**
 * k * G by a signed comb (Lim and Lee, CRYPTO 94; the digits +1 and -1 after Hedabou, Pinel and Beneteau, 2005): six
 * teeth 44 bits apart, two blocks of 22 columns. An odd k below 2^264 is the sum over i < 264 of s(i) * 2^i, where
 * s(i) is 1 where bit i + 1 of k is set, s(263) = 1, and the others -1; an even k is done as n - k.
 * `table`: for each block 32 points, x and 2y, chosen by where a tooth agrees with the highest one.
 * NOT constant in time: it is for a device that nobody else measures. See docs/signing.md.
 */
export const multiply = (k: Limbs, table: Limbs): Job<Affine> => {
  const odd = (k[0] as number) & 1
  const s = odd ? k : minusModN(k)
  const w = limbs()
  const result = { x: limbs(), y: limbs() }
  const sign = (i: number): number => (i === 263 ? 1 : bit(s, i + 1))
  const addEntry = (block: number, column: number): void => {
    const at = 22 * block + column
    const last = sign(at + 220)
    let index = block
    for (let tooth = 176; tooth >= 0; tooth -= 44) index = 2 * index + (sign(at + tooth) === last ? 1 : 0)
    index *= 22
    w.set(table.subarray(index + 11, index + 22))
    if (!last) scale(w, 1, zero, w)
    add(table.subarray(index, index + 11), w)
  }
  let phase = 0
  let column = 22
  let turn = inverse(zero, zero)
  const step = (): boolean => {
    if (phase === 0) {
      if (column < 22) double()
      else clear()
      column--
      phase = 1
    } else if (phase === 1) {
      addEntry(1, column)
      phase = 2
    } else if (phase === 2) {
      addEntry(0, column)
      phase = column ? 0 : 3
    } else if (phase === 3) {
      // With 2Z in place of Z: x = 4X / (2Z)^2, y = 4W / (2Z)^3.
      scale(Z, 2, Z, zero)
      subtractOnce(Z, prime)
      turn = inverse(Z, prime)
      phase = 4
    } else if (turn.round()) {
      return true
    } else {
      settle(turn.x, prime, w)
      mul(Z, w, w)
      scale(X, 4, X, zero)
      mul(result.x, X, Z)
      mul(Z, Z, w)
      scale(W, 4, W, zero)
      mul(result.y, W, Z)
      if (!odd) scale(result.y, 1, zero, result.y)
      subtractOnce(result.x, prime)
      subtractOnce(result.y, prime)
      return false
    }
    return true
  }
  return { step, result }
}
