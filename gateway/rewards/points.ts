import type { RewardRules } from './units.ts'
import { beaconUnits, pointsOf, witnessUnits } from './units.ts'

/** As much of a verdict as rewards depend on. */
export type JudgedSubmission = {
  readonly kind: 'beacon' | 'witness'
  readonly kid: string
  readonly beaconId: string
  readonly code: string
}

/** How many accepted witnesses each beacon has. */
const countWitnesses = (accepted: readonly JudgedSubmission[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const { kind, beaconId } of accepted) {
    if (kind === 'witness') counts.set(beaconId, (counts.get(beaconId) ?? 0) + 1)
  }
  return counts
}

/**
 * The points of each device that earned any, by kid, in no particular order. Points are summed as integers,
 * so that the order of the arguments does not matter.
 * @param sensors - kids with at least one accepted reading; one that comes twice counts once.
 */
export const earnedPoints = (
  verdicts: readonly JudgedSubmission[],
  sensors: readonly string[],
  rules: RewardRules,
): Map<string, bigint> => {
  const earned = new Map<string, bigint>()
  const credit = (kid: string, units: number): void => {
    const points = pointsOf(units, rules)
    if (points > 0n) earned.set(kid, (earned.get(kid) ?? 0n) + points)
  }
  const accepted = verdicts.filter(({ code }) => code === 'accepted')
  const witnesses = countWitnesses(accepted)
  for (const { kind, kid, beaconId } of accepted) {
    const n = witnesses.get(beaconId) ?? 0
    credit(kid, kind === 'beacon' ? beaconUnits(n, rules) : witnessUnits(n, rules))
  }
  for (const kid of new Set(sensors)) credit(kid, rules.sensorUnits)
  return earned
}
