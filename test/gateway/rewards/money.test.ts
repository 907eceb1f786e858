import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { profileOf } from '../../../gateway/coverage/index.ts'
import {
  claimable,
  cumulate,
  earnedPoints,
  emissionOf,
  poolsOf,
  settle,
  settlePools,
} from '../../../gateway/rewards/index.ts'

const helium = profileOf('helium-2026')
const claim = (key: string, points: bigint, owner?: string) => ({
  key,
  points,
  ...(owner === undefined ? {} : { owner }),
})

describe('settle', () => {
  it('pays all of the budget where no ceiling is reached', () => {
    expect(settle(100n, [claim('a', 1n), claim('b', 3n)], {})).toEqual({ amounts: [25n, 75n], rolled: 0n })
    expect(settle(100n, [], {})).toEqual({ amounts: [], rolled: 100n })
  })

  it('pays no point over its ceiling, and rolls the rest over: denying others raises nobody', () => {
    const ceilings = { ceilingPerMegapoint: 1_000_000 }
    expect(settle(100n, [claim('a', 10n), claim('b', 30n)], ceilings)).toEqual({ amounts: [10n, 30n], rolled: 60n })
    expect(settle(100n, [claim('a', 10n)], ceilings)).toEqual({ amounts: [10n], rolled: 90n })
    expect(settle(100n, [claim('a', 50n), claim('b', 150n)], ceilings)).toEqual({ amounts: [25n, 75n], rolled: 0n })
  })

  it('pays no owner over the cap, whatever the number of devices', () => {
    const claims = [claim('a', 40n, 'x'), claim('b', 20n, 'x'), claim('c', 20n, 'y'), claim('d', 20n)]
    expect(settle(100n, claims, { ownerCapPpm: 300_000 })).toEqual({ amounts: [20n, 10n, 20n, 20n], rolled: 30n })
    expect(settle(100n, claims, { ownerCapPpm: 600_000 })).toEqual({ amounts: [40n, 20n, 20n, 20n], rolled: 0n })
    // A device of nobody is an owner of its own, also where its name is that of one.
    expect(settle(100n, [claim('x', 50n), claim('a', 50n, 'x')], { ownerCapPpm: 500_000 }).rolled).toBe(0n)
  })

  it('pays pools by points of their own, each under the ceiling, an owner under the cap of all together', () => {
    const claims = [claim('a', 0n, 'x'), claim('b', 0n, 'x'), claim('c', 0n)]
    const of = (amount: bigint, points: Record<string, bigint>) => ({ amount, points: new Map(Object.entries(points)) })
    const pools = [of(60n, { a: 20n }), of(240n, { b: 30n, c: 10n })]
    expect(settlePools(pools, claims, {})).toEqual({ amounts: [60n, 180n, 60n], rolled: 0n })
    const ceilingPerMegapoint = 3_000_000
    expect(settlePools(pools, claims, { ceilingPerMegapoint })).toEqual({ amounts: [60n, 90n, 30n], rolled: 120n })
    expect(settlePools(pools, claims, { ownerCapPpm: 400_000 })).toEqual({ amounts: [30n, 90n, 60n], rolled: 120n })
    expect(settlePools([of(7n, {})], claims, {})).toEqual({ amounts: [0n, 0n, 0n], rolled: 7n })
  })

  it('never makes or loses a unit', () => {
    const claims = fc.uniqueArray(
      fc.tuple(
        fc.constantFrom(...'0123456789abcdef'),
        fc.bigInt({ min: 0n, max: 10n ** 12n }),
        fc.constantFrom('x', 'y'),
      ),
      {
        selector: ([key]) => key,
      },
    )
    const limit = fc.option(fc.nat(2_000_000), { nil: undefined })
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), claims, limit, limit, (budget, list, ceiling, cap) => {
        const ceilings = {
          ...(ceiling === undefined ? {} : { ceilingPerMegapoint: ceiling }),
          ...(cap === undefined ? {} : { ownerCapPpm: cap }),
        }
        const { amounts, rolled } = settle(
          budget,
          list.map(([key, points, owner]) => ({ key, points, owner })),
          ceilings,
        )
        expect(amounts.reduce((sum, one) => sum + one, rolled)).toBe(budget)
        expect([rolled, ...amounts].every((one) => one >= 0n)).toBe(true)
      }),
    )
  })
})

describe('the factors of points', () => {
  const rules = helium?.rewards
  if (rules === undefined) throw new Error('no rules')
  const judged = (kid: string, kind: 'beacon' | 'witness', beaconId = 'b') => ({
    kind,
    kid,
    beaconId,
    code: 'accepted',
  })

  it('are the scale of the beaconer, quality and use', () => {
    const verdicts = [judged('a', 'beacon'), judged('b', 'witness')]
    const scales = [0.5, 0.5]
    expect(earnedPoints(verdicts, [], rules, { scales })).toEqual(
      new Map([
        ['a', 125_000_000n],
        ['b', 500_000_000n],
      ]),
    )
    const factors = { scales, quality: new Map([['a', 0.5]]), use: new Map([['b', 2.5]]) }
    expect(earnedPoints(verdicts, [], rules, factors)).toEqual(
      new Map([
        ['a', 62_500_000n],
        ['b', 1_250_000_000n],
      ]),
    )
    expect(
      earnedPoints(verdicts, [], rules, {
        quality: new Map([
          ['a', 0],
          ['b', 0],
        ]),
      }),
    ).toEqual(new Map())
  })

  it('of 0 leave a witness that counts for its beacon, and earns nothing', () => {
    const verdicts = [judged('a', 'beacon'), judged('c', 'beacon', 'd'), judged('b', 'witness'), judged('e', 'witness')]
    expect(earnedPoints(verdicts, [], rules, { scales: [1, 1, 0, 1] })).toEqual(
      new Map([
        ['a', 500_000_000n],
        ['e', 1_000_000_000n],
      ]),
    )
  })

  it('add up exactly, also beyond what a double counts one by one', () => {
    const many = { ...rules, pointsPerUnit: 2 ** 53 - 1 }
    const verdicts = Array.from({ length: 3 }, (_, n) => judged('b', 'witness', `b${n}`))
    expect(earnedPoints(verdicts, [], many)).toEqual(new Map([['b', 3n * (2n ** 53n - 1n)]]))
  })
})

describe('the emission', () => {
  it('halves every H epochs, in whole units, down to nothing', () => {
    expect([0, 9, 10, 19, 20].map((epoch) => emissionOf(epoch, 1001n, 10))).toEqual([1001n, 1001n, 500n, 500n, 250n])
    expect(emissionOf(10 * 2000, 10n ** 30n, 10)).toBe(0n)
    expect(() => emissionOf(-1, 1n, 10)).toThrow(RangeError)
    expect(() => emissionOf(0, 1n, 0)).toThrow(RangeError)
  })
})

describe('the pools', () => {
  const rules = helium?.pools
  if (rules === undefined) throw new Error('no pools')

  it('are 6, 24, 50, 7 and 7 %, and what is not named stays unissued', () => {
    expect(poolsOf(100_000_000n, 50_000_000n, rules)).toEqual({
      beacon: 6_000_000n,
      witness: 24_000_000n,
      data: 50_000_000n,
      operations: 7_000_000n,
      oracles: 7_000_000n,
      unissued: 6_000_000n,
    })
  })

  it('pay data its value, and the rest 20:80 to beacons and witnesses', () => {
    // A hundredth of the emission is left of the data pool: 0.2 and 0.8 % more.
    expect(poolsOf(100_000_000n, 49_000_000n, rules)).toMatchObject({
      beacon: 6_200_000n,
      witness: 24_800_000n,
      data: 49_000_000n,
    })
    expect(poolsOf(100n, 10n ** 9n, rules).data).toBe(50n)
    const pools = poolsOf(99_999_989n, 7n, rules)
    expect(Object.values(pools).reduce((sum, one) => sum + one, 0n)).toBe(99_999_989n)
  })
})

describe('cumulative claims', () => {
  it('add epochs up, by address, in the order of addresses', () => {
    const first = cumulate(
      [],
      [
        { address: 'bb', amount: 5n },
        { address: 'aa', amount: 1n },
      ],
    )
    expect(first).toEqual([
      { address: 'aa', amount: 1n },
      { address: 'bb', amount: 5n },
    ])
    expect(
      cumulate(first, [
        { address: 'bb', amount: 2n },
        { address: 'ab', amount: 3n },
      ]),
    ).toEqual([
      { address: 'aa', amount: 1n },
      { address: 'ab', amount: 3n },
      { address: 'bb', amount: 7n },
    ])
    expect(() => cumulate([], [{ address: 'aa', amount: -1n }])).toThrow(RangeError)
  })

  it('pay what was not claimed yet, and never less than nothing', () => {
    expect([claimable(7n, 5n), claimable(7n, 7n)]).toEqual([2n, 0n])
    expect(() => claimable(7n, 8n)).toThrow(RangeError)
  })
})
