import { getResolution, isValidCell } from 'h3-js'
import type { Place } from '../evidence.ts'
import type { Ruleset } from '../ruleset.ts'
import type { Finding } from '../verdict.ts'

/** There is an asserted place, and its cell is one of the resolution that the ruleset asks for. */
export const isLocated = (place: Place | undefined, { coverage }: Ruleset): place is Place =>
  place !== undefined && isValidCell(place.cell) && getResolution(place.cell) === coverage.placeResolution

/** @param end - whose place is missing: that of the submission's sender, or that of the beaconer it heard. */
export const notLocated = (end: 'sender' | 'beaconer'): Finding => ({
  code: 'coverage/not-located',
  rule: `${end}-not-located`,
})
