import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Slice } from '../../../device-sdk/espruino/signer/inverse.ts'
import { field, inverse, multiply, order, table, toBig, toLimbs } from './signer-sources.ts'

const p = 2n ** 256n - 2n ** 32n - 977n
const n = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const most = 2n ** 256n + 2n ** 246n

/** xorshift32: a run repeats by its seed. */
const generator = (seed: number) => {
  let state = seed | 1
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  const big = (below: bigint): bigint => {
    let value = 0n
    for (let i = 0; i < 9; i++) value = (value << 32n) + BigInt(next())
    return value % below
  }
  return { next, big }
}

test('a product, of every first factor, with and without what is subtracted, is right modulo p and stays in its range, at the edges too', () => {
  const seed = randomInt(2 ** 32)
  const { next, big } = generator(seed)
  const edges = [0n, 1n, p - 1n, p, p + 1n, 2n ** 256n, most - 1n, 2n ** 32n + 977n, 2n ** 240n, 2n ** 240n - 1n]
  const pick = (): bigint => (next() % 3 === 0 ? (edges[next() % edges.length] as bigint) : big(most))
  for (let i = 0; i < 3000; i++) {
    const [a, b, u, v] = [pick(), pick(), pick(), pick()] as const
    const [A, B, U, V] = [a, b, u, v].map(toLimbs) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array]
    const to = field.limbs()
    const check = (expected: bigint, least: bigint, what: string): void => {
      const got = toBig(to)
      const good = (got - expected) % p === 0n && got >= least && got < 2n ** 256n + 2n ** 247n
      if (!good) expect.fail(`seed ${seed}, ${what} of ${[a, b, u, v].join(' ')} gave ${got}`)
    }
    const n = 1 + (i % 3)
    const factors: [string, bigint, () => void][] = [
      ['a', a, () => field.load(A)],
      ['n * a', BigInt(n) * a, () => field.loadTimes(n, A)],
      ['(a - u)', a - u, () => field.loadDifference(A, U)],
      ['(a + u)', a + u, () => field.loadDifference(A, U, true)],
    ]
    for (const [what, factor, load] of factors) {
      load()
      field.times(to, B)
      check(factor * b, 0n, `${what} * b`)
      field.timesLess(to, B, U, V)
      check(factor * b - u - v, 1n, `${what} * b - u - v`)
    }
  }
})

test('a zero of which something was subtracted comes out as p itself: on that the doubling rests', () => {
  const to = field.limbs()
  for (const multiple of [0n, p]) {
    field.load(toLimbs(multiple))
    field.timesLess(to, toLimbs(5n), toLimbs(0n), toLimbs(0n))
    expect(toBig(to)).toBe(p)
    field.load(toLimbs(1n))
    field.timesLess(to, toLimbs(5n), toLimbs(5n), toLimbs(multiple))
    expect(toBig(to)).toBe(p)
  }
})

test.each([
  ['p', p],
  ['n', n],
])('inverses modulo %s: small numbers, large ones, powers of two, random ones', (_name, modulus) => {
  const seed = randomInt(2 ** 32)
  const { big } = generator(seed)
  const numbers = [
    ...Array.from({ length: 60 }, (_, i) => BigInt(i + 1)),
    ...Array.from({ length: 60 }, (_, i) => modulus - BigInt(i + 1)),
    ...Array.from({ length: 255 }, (_, i) => 2n ** BigInt(i + 1)),
    ...Array.from({ length: 2000 }, () => big(modulus - 1n) + 1n),
  ]
  for (const number of numbers) {
    const to = field.limbs()
    let slice = inverse.inverse(toLimbs(number), toLimbs(modulus), to, () => undefined) as Slice | undefined
    let rounds = 0
    for (; slice !== undefined && rounds < 100; rounds++) slice = slice()
    const good = (toBig(to) * number) % modulus === 1n && toBig(to) < modulus && rounds < 40
    if (!good) expect.fail(`seed ${seed}: the inverse of ${number} is not ${toBig(to)}, after ${rounds} rounds`)
  }
})

test('products modulo n are below n and right, for the largest factors and random ones', () => {
  const seed = randomInt(2 ** 32)
  const { big } = generator(seed)
  const triples = [
    [n - 1n, n - 1n, n - 1n],
    [0n, 0n, 0n],
    [0n, 0n, n - 1n],
    [n - 1n, 1n, 1n],
    ...Array.from({ length: 3000 }, () => [big(n), big(n), big(n)]),
  ] as [bigint, bigint, bigint][]
  for (const [a, b, c] of triples) {
    const got = toBig(order.mulAddModN(toLimbs(a), toLimbs(b), toLimbs(c)))
    if (got !== (a * b + c) % n) expect.fail(`seed ${seed}: ${a} * ${b} + ${c} gave ${got}`)
  }
})

const product = (k: bigint) => {
  let at = { x: 0n, y: 0n }
  let slice = multiply.multiply(toLimbs(k), table, (x, y) => {
    at = { x: toBig(x), y: toBig(y) }
    return undefined
  }) as Slice | undefined
  while (slice !== undefined) slice = slice()
  return at
}

test('the multipliers at which the comb adds a point to itself come out right', () => {
  // n - 2 t for the entries t of block 0: the last addition meets the same point, which is 2 t * G with its sign turned.
  for (const entry of [0, 1, 13, 31]) {
    let t = 2n ** 220n
    for (let tooth = 0; tooth < 5; tooth++) t += ((entry >> tooth) & 1 ? 1n : -1n) * 2n ** BigInt(44 * tooth)
    const met = product(n - 2n * t)
    const other = product(2n * t)
    expect(met.x).toBe(other.x)
    expect(met.y).toBe(p - other.y)
    const slope = (met.y ** 2n - met.x ** 3n - 7n) % p
    expect(slope).toBe(0n)
  }
})

test('whatever the multiplier, no two points that the comb adds in affine coordinates have the same x', () => {
  // The same x: the sum or the difference of the two is the point at infinity, so the signed powers of both add up to m * n.
  const powers = (blocks: number[]) =>
    blocks.flatMap((b) => [0, 1, 2, 3, 4].map((tooth) => 2n ** BigInt(13 * b + 52 * tooth)))
  for (const blocks of [
    [0, 1],
    [2, 3],
    [0, 1, 2, 3],
  ]) {
    const all = powers(blocks).reduce((sum, power) => sum + power, 0n)
    expect(new Set(powers(blocks)).size).toBe(5 * blocks.length)
    for (let m = -(all / n) - 1n; m <= all / n + 1n; m++) {
      // The powers with a plus, twice, are m * n and all of them.
      const twice = m * n + all
      const possible = twice >= 0n && twice % 2n === 0n && ((twice / 2n) & ~all) === 0n
      expect(possible).toBe(false)
    }
  }
})
