import type { BeaconEvidence, Place, WitnessEvidence } from '../evidence.ts'
import { distanceM } from '../geometry.ts'
import type { Ruleset } from '../ruleset.ts'
import type { Finding } from '../verdict.ts'

/** A witness with the beacon that it heard, both ends located. */
export type Link = {
  readonly beacon: BeaconEvidence
  readonly witness: WitnessEvidence
  readonly from: Place
  readonly to: Place
  readonly distanceM: number
}

/** One rule about a link: null where it has no objection. */
export type LinkRule = (link: Link, ruleset: Ruleset) => Finding | null

export const linkOf = (beacon: BeaconEvidence, witness: WitnessEvidence, from: Place, to: Place): Link => ({
  beacon,
  witness,
  from,
  to,
  distanceM: distanceM(from, to),
})
