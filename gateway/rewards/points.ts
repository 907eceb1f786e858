import type { RewardRules } from './units.ts'
import { beaconUnits, pointsOf, witnessUnits } from './units.ts'

/** As much of a verdict as rewards depend on. */
export type JudgedSubmission = {
  readonly kind: 'beacon' | 'witness'
  readonly kid: string
  readonly beaconId: string
  readonly code: string
}

/** What else multiplies units; 1 where it is absent. */
export type Factors = {
  /** Of each submission in the order of the verdicts; one of 0 counts as a witness of its beacon, and earns nothing. */
  readonly scales?: ArrayLike<number>
  /** How good its data is, 0 to 1. */
  readonly quality?: ReadonlyMap<string, number>
  /** How much of it was consumed, from 1. */
  readonly use?: ReadonlyMap<string, number>
}

/** How many accepted witnesses the beacon of each verdict has, in the order of the verdicts. */
const countWitnesses = (verdicts: readonly JudgedSubmission[]): { readonly heard: number }[] => {
  const counts = new Map<string, { heard: number }>()
  let [lastId, last] = ['', { heard: 0 }]
  return verdicts.map(({ kind, beaconId, code }, i) => {
    // What is said of one beacon mostly comes together: then one look-up serves all.
    if (i === 0 || beaconId !== lastId) {
      last = counts.get(beaconId) ?? { heard: 0 }
      lastId = beaconId
      counts.set(beaconId, last)
    }
    if (kind === 'witness' && code === 'accepted') last.heard++
    return last
  })
}

/**
 * The points of each device that earned any, by kid, in no particular order: for each receipt
 * floor(units x scale x quality x use x points per unit). Points are summed as integers, so that the order of the
 * arguments does not matter, and parts of an epoch can be added up.
 * @param verdicts - all of a beacon, or none.
 * @param sensors - kids with at least one accepted reading; one that comes twice counts once.
 */
export const earnedPoints = (
  verdicts: readonly JudgedSubmission[],
  sensors: readonly string[],
  rules: RewardRules,
  { scales, quality, use }: Factors = {},
): Map<string, bigint> => {
  // Sums that a double holds exactly are kept in one: adding bigints allocates for each receipt.
  const sums = new Map<string, { exact: number; beyond: bigint }>()
  const credit = (kid: string, units: number): void => {
    const points = pointsOf(units * (quality?.get(kid) ?? 1) * (use?.get(kid) ?? 1), rules)
    if (points <= 0) return
    let sum = sums.get(kid)
    if (sum === undefined) {
      sum = { exact: 0, beyond: 0n }
      sums.set(kid, sum)
    }
    if (sum.exact + points <= Number.MAX_SAFE_INTEGER) sum.exact += points
    else sum.beyond += BigInt(points)
  }
  const counts = countWitnesses(verdicts)
  for (let i = 0; i < verdicts.length; i++) {
    const { kind, kid, code } = verdicts[i] as JudgedSubmission
    if (code !== 'accepted') continue
    const n = counts[i]?.heard ?? 0
    credit(kid, (scales?.[i] ?? 1) * (kind === 'beacon' ? beaconUnits(n, rules) : witnessUnits(n, rules)))
  }
  for (const kid of new Set(sensors)) credit(kid, rules.sensorUnits)
  return new Map([...sums].map(([kid, { exact, beyond }]) => [kid, beyond + BigInt(exact)]))
}
