import { Digits } from './arrays.ts'
import { addTimes, convolve, counted, floor, type Limbs, radix } from './field.ts'

/** A piece of the work, which says what comes next: so the board goes on between two of them. */
export type Slice = () => Slice | undefined

const twelve = (): Limbs => new Digits(12)
const top = (a: Limbs): number => {
  let n = 11
  while (n >= 0 && !a[n]) n--
  return n
}
// Limb n with the two below it. Why so: an index below zero throws here, and convolve wraps to limbs that are zero.
const powers = [1, radix, radix * radix]
const window = (a: Limbs, n: number): number => convolve(powers, a, n - 2)

// Of the one inversion under way. Why not in closures: those that name each other are garbage that waits for a collection.
let u: Limbs
let v: Limbs
let x: Limbs
let y: Limbs
let modulus: Limbs
let to: Limbs
let then: Slice | undefined

const negate = (a: Limbs, size: number): void => {
  let t = 0
  for (const i of counted.subarray(0, size)) a[i] = t = floor(t / radix) - (a[i] as number)
}

/** (f, g) = (a * f + b * g, c * f + d * g); bit 0 of what it gives is set where the first is below zero, bit 1 for the second. */
const combine = (f: Limbs, g: Limbs, size: number, a: number, b: number, c: number, d: number): number => {
  let t = 0
  let z = 0
  let i: number
  for (i of counted.subarray(0, size)) {
    const F = f[i] as number
    const G = g[i] as number
    f[i] = t = a * F + b * G + floor(t / radix)
    g[i] = z = c * F + d * G + floor(z / radix)
  }
  return (t < 0 ? 1 : 0) + (z < 0 ? 2 : 0)
}

const round: Slice = () => {
  const m = top(v)
  if (m < 0) {
    addTimes(to, x, (x[11] as number) >> 23, modulus)
    const next = then
    then = undefined
    return next
  }
  const n = Math.max(top(u), m)
  let f = window(u, n)
  let g = window(v, n)
  let a = 1
  let b = 0
  let c = 0
  let d = 1
  let s = 0
  let t = 0
  // d grows to f / g at the most.
  const least = Math.max(f, g) / 4194304
  while (g > least) {
    const q = floor(f / g)
    t = a - q * c
    a = c
    c = t
    t = b - q * d
    b = d
    d = t
    t = f - q * g
    f = g
    g = t
  }
  if (!c) {
    // A quotient too large for one round: v is far shorter than u.
    s = n - m
    b = -f / window(v, m)
    if (b > -1) {
      b *= radix
      s--
    }
    b = -floor(-b)
  }
  const signs = combine(u.subarray(s), v, n + 1 - s, a, b, c, d)
  combine(x.subarray(s), y, 12 - s, a, b, c, d)
  if (signs & 1) {
    negate(u, n + 1)
    negate(x, 12)
  }
  if (signs & 2) {
    negate(v, n + 1)
    negate(y, 12)
  }
  return round
}

/**
 * result = 1 / a modulo m by Lehmer's variant of Euclid's algorithm (Knuth, volume 2, section 4.5.2, algorithm L), one
 * round a call, one inversion at a time. The quotients come from the top 72 bits, rounded to doubles. Why no test whether
 * a quotient is the true one: every matrix of determinant 1 or -1 keeps the divisor and the relation, and a result below
 * zero is turned around.
 */
export const inverse = (a: Limbs, m: Limbs, result: Limbs, next: Slice): Slice => {
  modulus = m
  to = result
  then = next
  u = twelve()
  v = twelve()
  x = twelve()
  y = twelve()
  y[0] = 1
  u.set(m)
  v.set(a)
  return round
}
