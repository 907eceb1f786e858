import type { Ruleset } from '../ruleset.ts'
import type { Finding } from '../verdict.ts'

/** The number of the span since 1970 (UTC) in which a beacon came; null where the ruleset has none. */
export const intervalOf = (receivedMs: number, { coverage }: Ruleset): number | null =>
  coverage.beaconIntervalMs === undefined ? null : Math.floor(receivedMs / coverage.beaconIntervalMs)

/** @param before - how many beacons of the same hotspot came earlier in the same span, valid or not. */
export const irregularInterval = (before: number): Finding | null => {
  if (before === 0) return null
  const measured = before + 1
  return { code: 'coverage/irregular-interval', rule: 'irregular-interval', measured, threshold: 1, unit: 'beacons' }
}
