import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { split } from '../../../gateway/rewards/split.ts'

const key = (n: number): string => n.toString(16).padStart(4, '0')
const claimsOf = (points: readonly bigint[]) => points.map((each, i) => ({ key: key(i), points: each }))
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, each) => total + each, 0n)

const budgets = fc.bigInt({ min: 0n, max: 10n ** 30n })
const pointLists = fc.array(fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 10n ** 20n })), { maxLength: 60 })

describe('split', () => {
  it('pays the budget exactly, or nothing where nobody has a point', () => {
    fc.assert(
      fc.property(budgets, pointLists, (budget, points) => {
        const paid = sum(split(budget, claimsOf(points)))
        return paid === (points.some((each) => each > 0n) ? budget : 0n)
      }),
    )
  })

  it('pays each the floor of its share or one more, and nothing for no points', () => {
    fc.assert(
      fc.property(budgets, pointLists, (budget, points) => {
        const total = sum(points)
        return split(budget, claimsOf(points)).every((amount, i) => {
          const own = points[i] ?? 0n
          if (own === 0n) return amount === 0n
          const floor = (budget * own) / total
          return amount === floor || amount === floor + 1n
        })
      }),
    )
  })

  it('pays more points no less', () => {
    fc.assert(
      fc.property(budgets, pointLists, (budget, points) => {
        const amounts = split(budget, claimsOf(points)).map((amount, i) => ({ amount, points: points[i] ?? 0n }))
        return amounts.every((a) => amounts.every((b) => a.points <= b.points || a.amount >= b.amount))
      }),
    )
  })

  it('gives each key the same whatever the order of the claims', () => {
    fc.assert(
      fc.property(budgets, pointLists, (budget, points) => {
        const claims = claimsOf(points)
        expect(split(budget, claims.toReversed()).toReversed()).toEqual(split(budget, claims))
      }),
    )
  })

  it('gives the residue to the largest remainder, between equal ones to the lower key', () => {
    // 10 * (5, 3, 1) / 9 = 5 5/9, 3 3/9, 1 1/9.
    expect(split(10n, claimsOf([5n, 3n, 1n]))).toEqual([6n, 3n, 1n])
    expect(split(5n, claimsOf([1n, 1n, 1n]))).toEqual([2n, 2n, 1n])
    const [first, second] = claimsOf([1n, 1n])
    expect(first && second && split(1n, [second, first])).toEqual([0n, 1n])
  })

  it('refuses negative numbers, a mistake of the program', () => {
    expect(() => split(-1n, [])).toThrow(RangeError)
    expect(() => split(1n, claimsOf([2n, -1n]))).toThrow(RangeError)
  })
})
