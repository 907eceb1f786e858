import { getResolution } from 'h3-js'
import type { Place } from '../evidence.ts'
import type { Ruleset } from '../ruleset.ts'
import type { Finding } from '../verdict.ts'

/** There is an asserted place, and its cell is one of the resolution that the ruleset asks for; H3 says -1 of no cell. */
export const isLocated = (place: Place | undefined, { coverage }: Ruleset): place is Place =>
  place !== undefined && getResolution(place.cell) === coverage.placeResolution

/** @param end - whose place is missing: that of the submission's sender, or that of the beaconer it heard. */
export const notLocated = (end: 'sender' | 'beaconer'): Finding => ({
  code: 'coverage/not-located',
  rule: `${end}-not-located`,
})
