import type { RewardRules } from './units.ts'
import { beaconUnits, pointsOf, witnessUnits } from './units.ts'

/** As much of a verdict as rewards depend on. */
export type JudgedSubmission = {
  readonly kind: 'beacon' | 'witness'
  readonly kid: string
  readonly beaconId: string
  readonly code: string
  /** Density scale of the beaconer, which is that of its witnesses too; 1 where it is absent. Source: HIP-17. */
  readonly scale?: number
  /** Judged and paid with an earlier epoch: here it counts as a witness of its beacon, and earns nothing. */
  readonly earlier?: boolean
}

/** What else multiplies the units of a device; 1 where it is absent. */
export type Factors = {
  /** How good its data is, 0 to 1. */
  readonly quality?: ReadonlyMap<string, number>
  /** How much of it was consumed, from 1. */
  readonly use?: ReadonlyMap<string, number>
}

/** How many accepted witnesses each beacon has. */
const countWitnesses = (verdicts: readonly JudgedSubmission[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const { kind, beaconId, code } of verdicts) {
    if (kind === 'witness' && code === 'accepted') counts.set(beaconId, (counts.get(beaconId) ?? 0) + 1)
  }
  return counts
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
  { quality, use }: Factors = {},
): Map<string, bigint> => {
  const earned = new Map<string, bigint>()
  // Sums that a double holds exactly are kept in one: adding bigints allocates for each receipt.
  const sums = new Map<string, number>()
  const credit = (kid: string, units: number): void => {
    const points = pointsOf(units * (quality?.get(kid) ?? 1) * (use?.get(kid) ?? 1), rules)
    if (points <= 0) return
    const sum = (sums.get(kid) ?? 0) + points
    if (sum <= Number.MAX_SAFE_INTEGER) sums.set(kid, sum)
    else earned.set(kid, (earned.get(kid) ?? 0n) + BigInt(points))
  }
  const witnesses = countWitnesses(verdicts)
  for (const { kind, kid, beaconId, code, scale = 1, earlier = false } of verdicts) {
    if (code !== 'accepted' || earlier) continue
    const n = witnesses.get(beaconId) ?? 0
    credit(kid, scale * (kind === 'beacon' ? beaconUnits(n, rules) : witnessUnits(n, rules)))
  }
  for (const kid of new Set(sensors)) credit(kid, rules.sensorUnits)
  for (const [kid, sum] of sums) earned.set(kid, (earned.get(kid) ?? 0n) + BigInt(sum))
  return earned
}
