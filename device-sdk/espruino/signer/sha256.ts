import { Bytes, Words } from './arrays.ts'

/** The first 32 bits of the fraction of a root of each of the first primes: the constants of FIPS 180-4 section 4.2.2. */
const roots = (power: number, count: number): Int32Array => {
  const to = new Words(count)
  let n = 2
  let i = 0
  while (i < count) {
    let d = 2
    while (d * d <= n && n % d) d++
    if (d * d > n) to[i++] = (n ** power % 1) * 4294967296
    n++
  }
  return to
}

const turn = (x: number, n: number): number => (x >>> n) | (x << (32 - n))

/** SHA-256 in JavaScript, for a board whose firmware has none. */
export const sha256 = (message: Uint8Array): Uint8Array => {
  const k = roots(1 / 3, 64)
  const h = roots(1 / 2, 8)
  const length = message.length
  const padded = new Bytes(((length + 72) >> 6) << 6)
  padded.set(message)
  padded[length] = 128
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 4, length * 8)
  const w = new Words(64)
  for (let at = 0; at < padded.length; at += 64) {
    let a = h[0] as number
    let b = h[1] as number
    let c = h[2] as number
    let d = h[3] as number
    let e = h[4] as number
    let f = h[5] as number
    let g = h[6] as number
    let z = h[7] as number
    for (let i = 0; i < 64; i++) {
      if (i < 16) w[i] = view.getInt32(at + 4 * i)
      else {
        const x = w[i - 15] as number
        const y = w[i - 2] as number
        w[i] =
          (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) +
          (w[i - 7] as number) +
          (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10)) +
          (w[i - 16] as number)
      }
      const t =
        z + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + (k[i] as number) + (w[i] as number)
      const s = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))
      z = g
      g = f
      f = e
      e = (d + t) | 0
      d = c
      c = b
      b = a
      a = (t + s) | 0
    }
    let i = 0
    for (const x of [a, b, c, d, e, f, g, z]) {
      ;(h[i] as number) += x
      i++
    }
  }
  const to = new Bytes(32)
  const out = new DataView(to.buffer)
  for (let i = 0; i < 8; i++) out.setInt32(4 * i, h[i] as number)
  return to
}
