import type { Ruleset } from '../ruleset.ts'
import type { Finding } from '../verdict.ts'

type Reciprocity = {
  readonly atMs: number
  /** When the hotspot did its own part last, at `atMs` or before; null where it never did. */
  readonly lastMs: number | null
  /** From when on all evidence is at hand: what would have to be older counts as satisfied. */
  readonly recordsFromMs: number
}

/** Whether records go back far enough for the rule to ask when something was done. */
export const asksForLast = (atMs: number, recordsFromMs: number, { coverage }: Ruleset): boolean =>
  coverage.reciprocityMs !== undefined && atMs - recordsFromMs >= coverage.reciprocityMs

/** How long ago, or null where the rule is satisfied. Strictly under the limit. */
const tooLongAgo = ({ atMs, lastMs, recordsFromMs }: Reciprocity, ruleset: Ruleset): number | null => {
  const limit = ruleset.coverage.reciprocityMs ?? 0
  if (!asksForLast(atMs, recordsFromMs, ruleset)) return null
  const ago = atMs - (lastMs ?? recordsFromMs)
  return lastMs !== null && ago < limit ? null : ago
}

const finding = (
  code: 'coverage/no-valid-witnesses' | 'coverage/no-valid-beacons',
  rule: string,
  ago: number,
  { coverage }: Ruleset,
): Finding => ({ code, rule, measured: ago, threshold: coverage.reciprocityMs ?? 0, unit: 'ms' })

/** A beaconer listens too. @param own - its last valid witness report. */
export const beaconReciprocity = (own: Reciprocity, ruleset: Ruleset): Finding | null => {
  const ago = tooLongAgo(own, ruleset)
  return ago === null ? null : finding('coverage/no-valid-witnesses', 'beacon-reciprocity', ago, ruleset)
}

/** A witness sends too. @param own - its last valid beacon. */
export const witnessReciprocity = (own: Reciprocity, ruleset: Ruleset): Finding | null => {
  const ago = tooLongAgo(own, ruleset)
  return ago === null ? null : finding('coverage/no-valid-beacons', 'witness-reciprocity', ago, ruleset)
}
