import type { Sha256 } from '../../device-sdk/protocol/index.ts'
import { toHex } from '../../device-sdk/protocol/index.ts'
import type { Reciprocity } from './complete-poc.ts'
import { completePoc, noteValid } from './complete-poc.ts'
import type { BeaconEvidence, Evidence, WitnessEvidence } from './evidence.ts'
import { compareReceipt } from './evidence.ts'
import { openIntervals } from './intervals.ts'
import type { Poc } from './judge-poc.ts'
import { judgePoc } from './judge-poc.ts'
import type { Ruleset } from './ruleset.ts'
import { rulesetHash } from './ruleset.ts'
import type { Scene } from './scene.ts'
import { openTimes } from './times.ts'
import type { Outcome, Verdict } from './verdict.ts'
import { verdictOf } from './verdict.ts'

/** Puts together what was said of each beacon id. Who came first is decided by receipt, then by the log, never by the order of the argument. */
export const groupPocs = (evidence: readonly Evidence[]): Poc[] => {
  const pocs = new Map<string, { beacons: BeaconEvidence[]; witnesses: WitnessEvidence[] }>()
  for (const one of evidence) {
    let poc = pocs.get(one.beaconId)
    if (poc === undefined) {
      poc = { beacons: [], witnesses: [] }
      pocs.set(one.beaconId, poc)
    }
    if (one.kind === 'beacon') poc.beacons.push(one)
    else poc.witnesses.push(one)
  }
  for (const { beacons, witnesses } of pocs.values()) {
    beacons.sort(compareReceipt)
    witnesses.sort(compareReceipt)
  }
  return [...pocs.values()]
}

/**
 * Judges all evidence of an epoch. Pure: the same arguments give the same bytes on every machine.
 * @returns exactly one verdict for each submission, in the order of `evidence`.
 */
export const judge = (evidence: readonly Evidence[], scene: Scene, ruleset: Ruleset, sha256: Sha256): Verdict[] => {
  const pocs = groupPocs(evidence)
  const intervals = openIntervals(scene, ruleset)
  for (const { beacons } of pocs) if (beacons[0] !== undefined) intervals.add(beacons[0])
  const regular = pocs.map((poc) => {
    const [beacon] = poc.beacons
    return judgePoc(poc, beacon === undefined ? 0 : intervals.before(beacon), scene, ruleset)
  })

  const recordsFromMs =
    scene.recordsFromMs ?? evidence.reduce((least, one) => Math.min(least, one.receivedMs), Infinity)
  const past: Reciprocity = { beaconed: openTimes(), witnessed: openTimes(), recordsFromMs }
  for (const [i, poc] of pocs.entries()) {
    const outcome = regular[i]
    if (outcome !== undefined) noteValid(poc, outcome, past)
  }

  const outcomes = new Map<Evidence, Outcome>()
  for (const [i, poc] of pocs.entries()) {
    const before = regular[i]
    if (before === undefined) continue
    const outcome = completePoc(poc, before, past, ruleset)
    for (const [k, one] of poc.beacons.entries()) outcomes.set(one, outcome.beacons[k] as Outcome)
    for (const [k, one] of poc.witnesses.entries()) outcomes.set(one, outcome.witnesses[k] as Outcome)
  }
  const hash = toHex(rulesetHash(ruleset, sha256))
  return evidence.map((one) => verdictOf(one, outcomes.get(one) as Outcome, hash))
}
