import type { Ruleset } from '../ruleset.ts'
import type { Finding } from '../verdict.ts'

/**
 * A beacon that came no later than its first witness opens a long window, otherwise that witness opens a short one.
 * Source: helium/oracles, iot_verifier, verify_witness_lag.
 * @param firstWitnessMs - of all reports of the beacon, whatever their verdict.
 */
export const tooLate = (
  receivedMs: number,
  beaconMs: number,
  firstWitnessMs: number,
  { coverage }: Ruleset,
): Finding | null => {
  const isBeaconFirst = beaconMs <= firstWitnessMs
  const threshold = isBeaconFirst ? coverage.beaconLagMs : coverage.witnessLagMs
  const measured = receivedMs - (isBeaconFirst ? beaconMs : firstWitnessMs)
  if (threshold === undefined || measured <= threshold) return null
  return { code: 'coverage/too-late', rule: 'too-late', measured, threshold, unit: 'ms' }
}
