import type { Ruleset } from '../ruleset.ts'
import type { Finding } from '../verdict.ts'

/** @param before - how many valid witnesses of the same beacon were received earlier. */
export const notSelected = (before: number, { coverage }: Ruleset): Finding | null => {
  const [measured, threshold] = [before + 1, coverage.maxWitnesses]
  if (measured <= threshold) return null
  return { code: 'coverage/not-selected', rule: 'not-selected', measured, threshold, unit: 'witnesses' }
}
