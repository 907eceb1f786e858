import type { Code } from '../../device-sdk/protocol/index.ts'
import type { Evidence } from './evidence.ts'

export type CoverageCode = Extract<Code, `coverage/${string}`>

/** What was seen and what would have passed, in `unit`. */
export type Measure = { readonly measured?: number; readonly threshold?: number; readonly unit?: string }

/** Why a rule refuses a submission. `rule` tells apart rules that share a code. */
export type Finding = Measure & { readonly code: CoverageCode; readonly rule: string }

/** The fate of one submission; `explain` puts it into words. `rule` is null where no rule objected; then the measure is that of the last rule. */
export type Verdict = Measure &
  Pick<Evidence, 'logIndex' | 'item' | 'kind' | 'kid' | 'beaconId'> & {
    readonly code: 'accepted' | CoverageCode
    readonly rule: string | null
    /** Hash of the ruleset, in hex. */
    readonly ruleset: string
  }

/** What became of a submission: the finding of the rule that refused it, or the measure that it passed. */
export type Outcome = Finding | ({ readonly code: 'accepted'; readonly rule: null } & Measure)

export const verdictOf = (evidence: Evidence, outcome: Outcome, ruleset: string): Verdict => {
  const { logIndex, item, kind, kid, beaconId } = evidence
  const { code, rule, measured, threshold, unit } = outcome
  const own = { logIndex, item, kind, kid, beaconId, code, rule }
  if (measured === undefined || threshold === undefined || unit === undefined) return { ...own, ruleset }
  return { logIndex, item, kind, kid, beaconId, code, rule, measured, threshold, unit, ruleset }
}
