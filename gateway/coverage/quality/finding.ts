import type { Code } from '../../../device-sdk/protocol/index.ts'

export type QualityCode = Extract<Code, `quality/${string}`>

/** The fate of one reading: what was measured, what would have passed, how far it is from it, and what would turn it. */
export type QualityVerdict = {
  readonly code: 'accepted' | QualityCode
  readonly rule: string | null
  readonly measured?: number
  readonly threshold?: number
  readonly unit?: string
  readonly margin?: number
  readonly flip: string
}

type Objection = {
  readonly code: QualityCode
  readonly rule: string
  readonly measured: number
  readonly threshold: number
  readonly unit: string
  readonly flip: string
}

export const passed: QualityVerdict = {
  code: 'accepted',
  rule: null,
  flip: 'a value outside the limits of the ruleset',
}

/** A reading that is refused: its measure is beyond the threshold by -margin. */
export const objection = (one: Objection): QualityVerdict => ({
  ...one,
  margin: -Math.abs(one.measured - one.threshold),
})
