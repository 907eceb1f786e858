import type { Code } from '../../device-sdk/protocol/index.ts'
import type { Evidence } from './evidence.ts'

export type CoverageCode = Extract<Code, `coverage/${string}`>

/** What was seen and what would have passed, in `unit`. */
type Measure = { readonly measured?: number; readonly threshold?: number; readonly unit?: string }

/** Why a rule refuses a submission. `rule` tells apart rules that share a code. */
export type Finding = Measure & { readonly code: CoverageCode; readonly rule: string }

/** The fate of one submission. `rule` is null where no rule objected. */
export type Verdict = Measure &
  Pick<Evidence, 'logIndex' | 'item' | 'kind' | 'kid' | 'beaconId'> & {
    readonly code: 'accepted' | CoverageCode
    readonly rule: string | null
  }

export const verdictOf = (evidence: Evidence, finding: Finding | null): Verdict => {
  const { logIndex, item, kind, kid, beaconId } = evidence
  return { logIndex, item, kind, kid, beaconId, ...(finding ?? { code: 'accepted', rule: null }) }
}
