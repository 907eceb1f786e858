import { addTimes, floor, type Limbs, mask, radix } from './field.ts'

/**
 * The inverse modulo m by Lehmer's variant of Euclid's algorithm (Knuth, volume 2, section 4.5.2, algorithm L), one round
 * a call. The quotients come from the top 72 bits, rounded to doubles. Why no test whether a quotient is the true one:
 * every matrix of determinant 1 or -1 keeps the divisor and the relation, and a sign that comes out wrong is turned.
 */
export type Inverse = { round(): boolean; readonly x: Limbs }

const twelve = (a: Limbs | null): Limbs => {
  const to = new Uint24Array(12)
  if (a) to.set(a)
  return to
}
const top = (a: Limbs): number => {
  let n = 11
  while (n >= 0 && !a[n]) n--
  return n
}
const window = (a: Limbs, n: number): number =>
  ((a[n] as number) * radix + ((a[n - 1] as number) | 0)) * radix + ((a[n - 2] as number) | 0)
const negate = (a: Limbs): void => {
  let t = 0
  for (let i = 0; i < 12; i++) a[i] = (t = floor(t / radix) - (a[i] as number)) & mask
}

export const inverse = (a: Limbs, m: Limbs): Inverse => {
  const u = twelve(m)
  const v = twelve(a)
  const x = twelve(null)
  const y = twelve(null)
  y[0] = 1
  const combine = (f: Limbs, g: Limbs, a: number, b: number, c: number, d: number): void => {
    let t = 0
    let z = 0
    for (let i = 0; i < 12; i++) {
      const F = f[i] as number
      const G = g[i] as number
      f[i] = (t = a * F + b * G + floor(t / radix)) & mask
      g[i] = (z = c * F + d * G + floor(z / radix)) & mask
    }
  }
  const lessShifted = (f: Limbs, g: Limbs, q: number, s: number): void => {
    let t = 0
    for (let i = s; i < 12; i++) f[i] = (t = (f[i] as number) - q * (g[i - s] as number) + floor(t / radix)) & mask
  }
  const round = (): boolean => {
    const m = top(v)
    if (m < 0) return false
    const n = Math.max(top(u), m)
    let f = window(u, n)
    let g = window(v, n)
    let a = 1
    let b = 0
    let c = 0
    let d = 1
    while (g > 0) {
      const q = floor(f / g)
      let t = a - q * c
      const z = b - q * d
      if (Math.abs(t) > 8388607 || Math.abs(z) > 8388607) break
      a = c
      c = t
      b = d
      d = z
      t = f - q * g
      f = g
      g = t
    }
    if (b || c) {
      combine(u, v, a, b, c, d)
      combine(x, y, a, b, c, d)
    } else {
      // A quotient too large for one round: v is far shorter than u.
      let s = n - m
      let q = window(u, n) / window(v, m)
      if (q < 1) {
        q *= radix
        s--
      }
      lessShifted(u, v, floor(q), s)
      lessShifted(x, y, floor(q), s)
    }
    if ((u[11] as number) > 8388607) {
      negate(u)
      negate(x)
    }
    if ((v[11] as number) > 8388607) {
      negate(v)
      negate(y)
    }
    return true
  }
  return { round, x }
}

/** to = the twelve limbs of `x`, two's complement, as a number from 0 to m - 1. */
export const settle = (x: Limbs, m: Limbs, to: Limbs): void => {
  addTimes(to, x, (x[11] as number) >> 23, m)
}
