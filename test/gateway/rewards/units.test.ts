import { describe, expect, it } from 'vitest'
import { firstCoverage } from '../../../gateway/coverage/index.ts'
import { beaconUnits, pointsOf, witnessUnits } from '../../../gateway/rewards/units.ts'

const { rewards } = firstCoverage

describe('units', () => {
  it.each([
    [0, 0, 1],
    [1, 0.25, 1],
    [4, 1, 1],
    [5, 1.2, 0.76],
    [14, 1.8926, 0.22196],
  ])('for %d witnesses are %d and %d', (n, own, each) => {
    expect(beaconUnits(n, rewards)).toBeCloseTo(own, 4)
    expect(witnessUnits(n, rewards)).toBeCloseTo(each, 5)
  })

  it('have fixed points, floored to whole ones', () => {
    const points = [5, 6, 14].map((n) =>
      [beaconUnits(n, rewards), witnessUnits(n, rewards)].map((u) => pointsOf(u, rewards)),
    )
    expect(points).toEqual([
      [1_200_000_000, 760_000_000],
      // 2 - 0.8 * 0.8 is a little under 1.36 in binary.
      [1_359_999_999, 606_666_666],
      [1_892_625_817, 221_955_298],
    ])
    expect(pointsOf(0.999_999_999_9, rewards)).toBe(999_999_999)
  })

  it('follow the ruleset', () => {
    const other = { ...rewards, fullWitnesses: 2, redundancyDecay: 0.5, pointsPerUnit: 10 }
    expect([beaconUnits(1, other), beaconUnits(4, other), witnessUnits(4, other)]).toEqual([0.5, 1.75, 0.3125])
    expect(pointsOf(1.75, other)).toBe(17)
  })
})
