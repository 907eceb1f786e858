import type { Ruleset } from '../ruleset.ts'
import type { Finding } from '../verdict.ts'

/** Received while the entropy of the beacon lived. @param entropyMs - when it was published; undefined where nobody published. */
export const entropyExpired = (
  receivedMs: number,
  entropyMs: number | undefined,
  { coverage }: Ruleset,
): Finding | null => {
  if (entropyMs === undefined || coverage.entropyMs === undefined) return null
  const age = receivedMs - entropyMs
  const code = 'coverage/entropy-expired'
  if (age < 0) return { code, rule: 'entropy-before', measured: age, threshold: 0, unit: 'ms' }
  if (age <= coverage.entropyMs) return null
  return { code, rule: 'entropy-expired', measured: age, threshold: coverage.entropyMs, unit: 'ms' }
}
