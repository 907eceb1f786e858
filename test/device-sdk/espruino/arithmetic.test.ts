import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import { field, finish, inverse, multiply, order, table, toBig, toLimbs } from './signer-sources.ts'

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

test('a product, with and without what is subtracted, is right modulo p and stays in its range, at the edges too', () => {
  const seed = randomInt(2 ** 32)
  const { next, big } = generator(seed)
  const edges = [0n, 1n, p - 1n, p, p + 1n, 2n ** 256n, most - 1n, 2n ** 32n + 977n, 2n ** 240n, 2n ** 240n - 1n]
  const pick = (): bigint => (next() % 3 === 0 ? (edges[next() % edges.length] as bigint) : big(most))
  for (let i = 0; i < 20_000; i++) {
    const [a, b, u, v, w] = [pick(), pick(), pick(), pick(), pick()] as const
    const [A, B, U, V, W] = [a, b, u, v, w].map(toLimbs) as [
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
    ]
    const to = field.limbs()
    const check = (expected: bigint, what: string): void => {
      const got = toBig(to)
      const good = (got - expected) % p === 0n && got > 0n && got < 2n ** 256n + 2n ** 247n
      if (!good) expect.fail(`seed ${seed}, ${what} of ${[a, b, u, v, w].join(' ')} gave ${got}`)
    }
    field.mul(to, A, B)
    check(a * b, 'a * b')
    field.mul(to, A, B, U, V, W)
    check(a * b - u - v - w, 'a * b - u - v - w')
    const times = 1 + (i % 8)
    field.scale(to, times, A, B)
    check(BigInt(times) * (a - b), `${times} * (a - b)`)
  }
})

test('zero comes out of a product as p itself: on that the doubling rests', () => {
  const to = field.limbs()
  for (const multiple of [0n, p]) {
    field.mul(to, toLimbs(multiple), toLimbs(5n))
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
    const turn = inverse.inverse(toLimbs(number), toLimbs(modulus))
    let rounds = 0
    while (turn.round()) rounds++
    const to = field.limbs()
    inverse.settle(turn.x, toLimbs(modulus), to)
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

test('the multipliers at which the comb adds a point to itself come out right', () => {
  // n - 2 t for the entries t of block 0: the last addition meets the same point, which is 2 t * G with its sign turned.
  for (const entry of [0, 1, 13, 31]) {
    let t = 2n ** 220n
    for (let tooth = 0; tooth < 5; tooth++) t += ((entry >> tooth) & 1 ? 1n : -1n) * 2n ** BigInt(44 * tooth)
    const met = finish(multiply.multiply(toLimbs(n - 2n * t), table)).result
    const other = finish(multiply.multiply(toLimbs(2n * t), table)).result
    expect(toBig(met.x)).toBe(toBig(other.x))
    expect(toBig(met.y)).toBe(p - toBig(other.y))
    const slope = (toBig(met.y) ** 2n - toBig(met.x) ** 3n - 7n) % p
    expect(slope).toBe(0n)
  }
})
