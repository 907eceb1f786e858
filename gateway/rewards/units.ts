/** What a ruleset says about rewards. */
export type RewardRules = {
  /** Up to so many witnesses each one counts in full. */
  readonly fullWitnesses: number
  /** What the next witness adds, as a part of what the one before it added. */
  readonly redundancyDecay: number
  /** For a device with at least one accepted reading in the epoch. */
  readonly sensorUnits: number
  readonly pointsPerUnit: number
}

/** decay^(n - full) by repeated multiplication. Why: `Math.pow` has other bits on other versions of Node. */
const redundancy = (witnesses: number, { fullWitnesses, redundancyDecay }: RewardRules): number => {
  let power = 1
  for (let i = fullWitnesses; i < witnesses; i++) power *= redundancyDecay
  return power
}

/** Units of a beacon's sender for its selected witnesses: n/4 up to 4, then 2 - 0.8^(n-4). Source: HIP-15. */
export const beaconUnits = (witnesses: number, rules: RewardRules): number =>
  witnesses <= rules.fullWitnesses ? witnesses / rules.fullWitnesses : 2 - redundancy(witnesses, rules)

/** Units of each of a beacon's selected witnesses: 1 up to 4, then (4 - (1 - 0.8^(n-4))) / n. Source: HIP-15. */
export const witnessUnits = (witnesses: number, rules: RewardRules): number =>
  witnesses <= rules.fullWitnesses ? 1 : (rules.fullWitnesses - (1 - redundancy(witnesses, rules))) / witnesses

/** Points are whole, also beyond what a double counts one by one: money is divided in integers alone. */
export const pointsOf = (units: number, rules: RewardRules): number => Math.floor(units * rules.pointsPerUnit)
