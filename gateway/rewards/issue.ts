import type { Factors, JudgedSubmission } from './points.ts'
import { earnedPoints } from './points.ts'
import type { PoolRules } from './pools.ts'
import { poolsOf, restOf } from './pools.ts'
import type { Ceilings, Pool } from './settle.ts'
import { worthOf } from './settle.ts'
import type { RewardRules } from './units.ts'

type Earning = {
  readonly verdicts: readonly JudgedSubmission[]
  readonly sensors: readonly string[]
  readonly factors?: Factors | undefined
}
export type Issue = { readonly pools: readonly Pool[]; readonly unissued: bigint }

/** Points of beacons alone, or of witnesses alone: what else is there counts for its beacon, and earns nothing. */
const earnedAs = (
  kind: 'beacon' | 'witness',
  { verdicts, factors }: Earning,
  rules: RewardRules,
): Map<string, bigint> => {
  const scales = Float64Array.from(verdicts, (one, i) => (one.kind === kind ? (factors?.scales?.[i] ?? 1) : 0))
  return earnedPoints(verdicts, [], rules, { ...factors, scales })
}

/**
 * Divides an emission into pools for beacons, witnesses and data, each with the points that it is paid by. Data is worth what
 * its points are worth at the ceiling; without a ceiling it has no price, and its pool is all rest. Operations and oracles
 * are nobody's here, and stay unissued. What the epoch before could not pay goes as the rest of the data pool does.
 */
export const issueOf = (
  issued: bigint,
  carried: bigint,
  earning: Earning,
  rules: RewardRules & Ceilings,
  poolRules: PoolRules,
): Issue => {
  const data = earnedPoints([], earning.sensors, rules, earning.factors)
  const value = rules.ceilingPerMegapoint === undefined ? 0n : worthOf([...data.values()], rules.ceilingPerMegapoint)
  const { operations, oracles, unissued, ...pools } = poolsOf(issued, value, poolRules)
  const rest = restOf(carried, poolRules)
  return {
    pools: [
      { amount: pools.beacon + rest.beacon, points: earnedAs('beacon', earning, rules) },
      { amount: pools.witness + rest.witness, points: earnedAs('witness', earning, rules) },
      { amount: pools.data, points: data },
    ],
    unissued: unissued + operations + oracles,
  }
}
