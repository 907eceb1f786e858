import type { BeaconEvidence, Hotspot, Place, WitnessEvidence } from '../evidence.ts'
import { distanceM } from '../geometry.ts'
import { factsOf } from '../place-facts.ts'
import type { Ruleset } from '../ruleset.ts'
import type { Finding } from '../verdict.ts'

/** A hotspot with a place that can be used. */
export type Located = Hotspot & { readonly place: Place }

/** A witness with the beacon that it heard, both ends located. */
export type Link = {
  readonly beacon: BeaconEvidence
  readonly witness: WitnessEvidence
  readonly sender: Hotspot
  readonly receiver: Hotspot
  readonly from: Place
  readonly to: Place
  readonly distanceM: number
}

/** One rule about a link: null where it has no objection. */
export type LinkRule = (link: Link, ruleset: Ruleset) => Finding | null

export const linkOf = (beacon: BeaconEvidence, witness: WitnessEvidence, sender: Located, receiver: Located): Link => ({
  beacon,
  witness,
  sender,
  receiver,
  from: sender.place,
  to: receiver.place,
  distanceM: distanceM(
    sender.place,
    receiver.place,
    factsOf(sender.place).cosLatitude * factsOf(receiver.place).cosLatitude,
  ),
})
