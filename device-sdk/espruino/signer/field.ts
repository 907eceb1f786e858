import { Bytes, Digits, Words } from './arrays.ts'

/**
 * Numbers modulo p = 2^256 - 2^32 - 977 in eleven limbs of 24 bits, the lowest first. A result lies in
 * [0, 2^256 + 2^247): not always below p.
 *
 * Why this shape: in this interpreter a statement costs as much as hundreds of machine multiplications. One call of
 * the native `E.convolve` gives a whole column of a product, exact in a double, with what comes back from above 2^264
 * in it; a store into a `Uint24Array` cuts the column to its limb; `E.mapInPlace` copies, turns around and combines
 * whole numbers without a statement for each limb.
 */
export type Limbs = Uint32Array

export const floor = Math.floor
// Why not the plain number: a bundler would write it at each use.
export const radix = floor(16777216)
export const limbs = (): Limbs => new Digits(11)
export const counted = new Bytes([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
export const low = counted.subarray(0, 11)
const afterTwo = low.subarray(2)
const turned = low.map((x) => 10 - x)
export const convolve = E.convolve
export const map = E.mapInPlace

// The first factor, turned around; then what a limb above column 10 counts: 2^264 = 2^40 + 250112 modulo p.
const factor = new Words(23)
factor.set([65536, 250112], 21)
export const first = factor.subarray(0, 11)
// The second factor after ten zeros, a zero, and the limbs above column 10: a window slides over it.
export const around = new Digits(33)
const second = around.subarray(10, 21)
const above = around.subarray(22)
// The second factor before zeros, from its limb 1: the columns from 11 on.
export const upper = new Digits(22)
const next = upper.subarray(1)
const column = convolve.bind(E, factor, around)
const upperColumn = convolve.bind(E, first, next)

// Two numbers side by side, and 2p in limbs that are larger than any limb of a number: no difference is below zero.
const pair = new Words(33)
const left = pair.subarray(0, 11)
const right = pair.subarray(11, 22)
pair.fill(33554430, 22)
pair.set([33552478, 33553918], 22)
pair[32] = 131070
const weights = new Int8Array(23)
weights[0] = weights[22] = 1
weights[11] = -1
const difference = convolve.bind(E, weights, pair)
const sum = convolve.bind(E, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], pair)

/** The first factor of the products to come. */
export const load = (a: Limbs): void => map(turned, first, a)
/** The first factor n * a, n at most 3, limb by limb: 3 * 2^24 * 2^24 * 10 < 2^53. */
export const loadTimes = (n: number, a: Limbs): void => map(turned, first, convolve.bind(E, [n], a))
/** to = 2 * a, limb by limb. */
export const twice = (to: Int32Array, a: Limbs): void => map(low, to, convolve.bind(E, [2], a))
/** The first factor a - b, or a + b, limb by limb. */
export const loadDifference = (a: Limbs, b: Limbs, plus?: boolean): void => {
  map(a, left)
  map(b, right)
  map(turned, first, plus ? sum : difference)
}
export const loadSecond = (b: Limbs): void => {
  map(b, second)
  map(b, upper)
}

/**
 * The limbs above column 10; and how often 2^256 goes into the whole less `less`, which is in units of 2^240, by the
 * columns 9 and 10: so that one carry chain ends the product.
 */
const start = (b: Limbs, less: number): number => {
  const h = above
  let t = 0
  let x: number
  loadSecond(b)
  for (x of low) h[x] = t = upperColumn(x) + ((t / 16777216) | 0)
  return floor((column(10) + ((column(9) / 16777216) | 0) + 1099511627776 * (h[10] as number) - less) / 65536)
}

/** to = (what was loaded) * b. `to` may be b. */
export const times = (to: Limbs, b: Limbs): void => {
  const q = start(b, 0)
  let t: number
  let x: number
  // Each 2^256 that is taken away at the top comes back as 2^32 + 977.
  to[0] = t = column(0) + 977 * q
  to[1] = t = column(1) + 256 * q + ((t / 16777216) | 0)
  for (x of afterTwo) to[x] = t = column(x) + ((t / 16777216) | 0)
  to[10] = t - q * 65536
}

/** to = (what was loaded) * b - u - v, never 0 but p. `to` may be any of them. */
export const timesLess = (to: Limbs, b: Limbs, u: Limbs, v: ArrayLike<number>): void => {
  const f = column
  // 64 more keeps the rest above zero.
  const q = start(b, (u[10] as number) + (v[10] as number) + 64)
  let t = 977 * q * radix
  let x: number
  for (x of low) to[x] = t = f(x) - (u[x] as number) - (v[x] as number) + (x === 1 ? 256 * q : 0) + floor(t / 16777216)
  to[10] = t - q * 65536
}

/** Below, at or above zero as a is below, at or above b. */
export const compare = (a: Limbs, b: Limbs): number => {
  let x = 10
  while (x && a[x] === b[x]) x--
  return (a[x] as number) - (b[x] as number)
}

/** to = a + n * b, limb by limb, n an integer: for what is known to come out from 0 to 2^264. */
export const addTimes = (to: Limbs, a: Limbs, n: number, b: Limbs): void => {
  let t = 0
  for (const x of low) to[x] = t = (a[x] as number) + n * (b[x] as number) + floor(t / radix)
}

/** a -= b once where a is not below b. */
export const subtractOnce = (a: Limbs, b: Limbs): void => {
  if (compare(a, b) >= 0) addTimes(a, a, -1, b)
}

/** 32 bytes, the highest first, to limbs and back. */
export const fromBytes = (bytes: ArrayLike<number>): Limbs => {
  const to = limbs()
  const turned = new Bytes(33)
  turned.set(bytes, 1)
  map(turned.reverse(), to, undefined, -24)
  return to
}
export const toBytes = (a: Limbs): Uint8Array => {
  const turned = new Bytes(33)
  map(a, turned, undefined, -8)
  return turned.reverse().subarray(1)
}
