/**
 * The table that `multiply` reads: for each of four blocks 16 points, x and y, each in eleven limbs of 24 bits, the
 * lowest byte first: 4 224 bytes. Made where the bundle is made, in BigInt; it never runs on a board.
 */
const p = 2n ** 256n - 2n ** 32n - 977n
type Point = readonly [x: bigint, y: bigint]
// SEC 2 section 2.4.1.
const generator: Point = [
  0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n,
  0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n,
]

const mod = (x: bigint): bigint => ((x % p) + p) % p
const power = (x: bigint, n: bigint): bigint => {
  if (n === 0n) return 1n
  const half = power(mod(x * x), n / 2n)
  return n % 2n === 0n ? half : mod(half * x)
}
const slopeTo = ([x, y]: Point, [u, v]: Point): bigint =>
  x === u ? mod(3n * x * x * power(2n * y, p - 2n)) : mod((v - y) * power(u - x, p - 2n))
const plus = (a: Point, b: Point): Point => {
  const slope = slopeTo(a, b)
  const x = mod(slope * slope - a[0] - b[0])
  return [x, mod(slope * (a[0] - x) - a[1])]
}
const minus = ([x, y]: Point): Point => [x, p - y]

const writeLimbs = (to: Uint8Array, at: number, value: bigint): void => {
  for (let i = 0; i < 33; i++) to[at + i] = Number((value >> BigInt(8 * i)) & 255n)
}

/** @returns 4 224 bytes, always the same. */
export const combTable = (): Uint8Array => {
  const doublings: Point[] = [generator]
  for (let i = 1; i < 248; i++) {
    const last = doublings[i - 1] as Point
    doublings.push(plus(last, last))
  }
  const table = new Uint8Array(64 * 66)
  for (let entry = 0; entry < 64; entry++) {
    const block = entry >> 4
    const tooth = (t: number): Point => doublings[13 * block + 52 * t] as Point
    let sum = tooth(4)
    for (let t = 0; t < 4; t++) sum = plus(sum, (entry >> t) & 1 ? tooth(t) : minus(tooth(t)))
    writeLimbs(table, 66 * entry, sum[0])
    writeLimbs(table, 66 * entry + 33, sum[1])
  }
  return table
}
