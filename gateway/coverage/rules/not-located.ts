import type { Hotspot } from '../evidence.ts'
import { factsOf } from '../place-facts.ts'
import type { Ruleset } from '../ruleset.ts'
import type { Finding } from '../verdict.ts'
import type { Located } from './link.ts'

/** There is an asserted place, and its cell is one of the resolution that the ruleset asks for; H3 says -1 of no cell. */
export const isLocated = (hotspot: Hotspot, { coverage }: Ruleset): hotspot is Located =>
  hotspot.place !== null && factsOf(hotspot.place).resolution === coverage.placeResolution

export const notLocated: Finding = { code: 'coverage/not-located', rule: 'sender-not-located' }
