/**
 * Numbers modulo p = 2^256 - 2^32 - 977 in eleven limbs of 24 bits, the lowest first. A result lies in
 * (0, 2^256 + 2^247): not always below p, and zero comes out as p.
 *
 * Why this shape: in this interpreter a statement costs as much as hundreds of machine multiplications. One call of
 * the native `E.convolve` gives a whole column of the product: 11 * 2^48 < 2^53, exact in a double. `for of` over a
 * typed array is its cheapest loop. What is to be subtracted rides along in the same carry chain.
 */
export type Limbs = Uint32Array

export const radix = 16777216
export const mask = 16777215
export const floor = Math.floor
export const limbs = (): Limbs => new Uint24Array(11)
const counted = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
export const low = counted.subarray(0, 11)
export const high = counted.subarray(1)
export const convolve = E.convolve

// The second factor between zeros: a window of eleven slides over it, from column 0, and from column 10 in the view.
export const padded = new Uint24Array(32)
export const upper = padded.subarray(10, 32)
export const reversed = limbs()
// 2^264 = 2^40 + 250112 modulo p: a limb above column 10 counts 250112 eleven columns lower and 65536 ten lower.
const fold = new Float64Array([65536, 250112])
const above = new Float64Array(12)

export const load = (a: Limbs, b: Limbs): void => {
  reversed.set(a)
  reversed.reverse()
  padded.set(b, 10)
}

/** to = a * b - u - v - w, the last three together or not at all. `to` may be any of the others. */
export const mul = (to: Limbs, a: Limbs, b: Limbs, u?: Limbs, v?: Limbs, w?: Limbs): void => {
  let t = 0
  let x: number
  load(a, b)
  for (x of high) above[x] = (t = convolve(reversed, upper, x) + floor(t / radix)) & mask
  // How often 2^256 goes into the whole, by its two top columns; 64 less keeps the rest above zero.
  t =
    convolve(reversed, padded, 10) +
    convolve(fold, above, 10) +
    1099511627776 * (above[11] as number) +
    (convolve(reversed, padded, 9) + convolve(fold, above, 9)) / radix
  if (u && v && w) t -= (u[10] as number) + (v[10] as number) + (w[10] as number)
  const q = floor((t - 64) / 65536)
  above[1] = (above[1] as number) + q / 256
  t = 0
  if (u && v && w)
    for (x of low)
      to[x] =
        (t =
          convolve(reversed, padded, x) +
          convolve(fold, above, x) -
          (u[x] as number) -
          (v[x] as number) -
          (w[x] as number) +
          floor(t / radix)) & mask
  else for (x of low) to[x] = (t = convolve(reversed, padded, x) + convolve(fold, above, x) + floor(t / radix)) & mask
  to[10] = (t - q * 65536) & mask
}

/** to = n * (a - b), n at most 8. */
export const scale = (to: Limbs, n: number, a: Limbs, b: Limbs): void => {
  const q = floor((n * ((a[10] as number) - (b[10] as number)) - 64) / 65536)
  let t = 977 * q * radix
  let x: number
  // Column 1 takes 2^32 = 256 * 2^24 of each 2^256 that is taken away at the top.
  for (x of low)
    to[x] = (t = n * ((a[x] as number) - (b[x] as number)) + (x === 1 ? 256 * q : 0) + floor(t / radix)) & mask
  to[10] = (t - q * 65536) & mask
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
  for (const x of low) to[x] = (t = (a[x] as number) + n * (b[x] as number) + floor(t / radix)) & mask
}

/** a -= b once where a is not below b. */
export const subtractOnce = (a: Limbs, b: Limbs): void => {
  if (compare(a, b) >= 0) addTimes(a, a, -1, b)
}

/** 32 bytes, the highest first, to limbs and back. */
export const fromBytes = (bytes: ArrayLike<number>, at: number): Limbs => {
  const to = limbs()
  for (const x of low) {
    const i = at + 29 - 3 * x
    to[x] = (x < 10 ? (bytes[i] as number) << 16 : 0) + ((bytes[i + 1] as number) << 8) + (bytes[i + 2] as number)
  }
  return to
}
export const toBytes = (a: Limbs, bytes: Uint8Array, at: number): void => {
  for (let i = 0; i < 32; i++) bytes[at + 31 - i] = (a[floor(i / 3)] as number) >> (8 * (i % 3))
}
