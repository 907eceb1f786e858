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

/** A poc with the places of its submissions in the argument. */
type Grouped = { readonly poc: Poc; readonly beaconsAt: readonly number[]; readonly witnessesAt: readonly number[] }

const group = (evidence: readonly Evidence[]): Grouped[] => {
  const places = new Map<string, { beacons: number[]; witnesses: number[] }>()
  for (let i = 0; i < evidence.length; i++) {
    const one = evidence[i] as Evidence
    let own = places.get(one.beaconId)
    if (own === undefined) {
      own = { beacons: [], witnesses: [] }
      places.set(one.beaconId, own)
    }
    if (one.kind === 'beacon') own.beacons.push(i)
    else own.witnesses.push(i)
  }
  const byReceipt = (a: number, b: number): number => compareReceipt(evidence[a] as Evidence, evidence[b] as Evidence)
  return [...places.values()].map(({ beacons, witnesses }) => {
    const beaconsAt = beacons.sort(byReceipt)
    const witnessesAt = witnesses.sort(byReceipt)
    const poc = {
      beacons: beaconsAt.map((i) => evidence[i] as BeaconEvidence),
      witnesses: witnessesAt.map((i) => evidence[i] as WitnessEvidence),
    }
    return { poc, beaconsAt, witnessesAt }
  })
}

/** Puts together what was said of each beacon id. Who came first is decided by receipt, then by the log, never by the order of the argument. */
export const groupPocs = (evidence: readonly Evidence[]): Poc[] => group(evidence).map(({ poc }) => poc)

/**
 * Judges all evidence of an epoch. Pure: the same arguments give the same bytes on every machine.
 * @returns exactly one verdict for each submission, in the order of `evidence`.
 */
export const judge = (evidence: readonly Evidence[], scene: Scene, ruleset: Ruleset, sha256: Sha256): Verdict[] => {
  const pocs = group(evidence)
  const intervals = openIntervals(scene, ruleset)
  for (const { poc } of pocs) if (poc.beacons[0] !== undefined) intervals.add(poc.beacons[0])
  const regular = pocs.map(({ poc }) => {
    const [beacon] = poc.beacons
    return judgePoc(poc, beacon === undefined ? 0 : intervals.before(beacon), scene, ruleset)
  })

  const recordsFromMs =
    scene.recordsFromMs ?? evidence.reduce((least, one) => Math.min(least, one.receivedMs), Infinity)
  const past: Reciprocity = { beaconed: openTimes(), witnessed: openTimes(), recordsFromMs }
  for (const [i, { poc }] of pocs.entries()) {
    const outcome = regular[i]
    if (outcome !== undefined) noteValid(poc, outcome, past)
  }

  const hash = toHex(rulesetHash(ruleset, sha256))
  const verdicts = new Array<Verdict>(evidence.length)
  const note = (places: readonly number[], outcomes: readonly Outcome[]): void => {
    for (const [k, i] of places.entries()) {
      verdicts[i] = verdictOf(evidence[i] as Evidence, outcomes[k] as Outcome, hash)
    }
  }
  for (const [i, { poc, beaconsAt, witnessesAt }] of pocs.entries()) {
    const before = regular[i]
    if (before === undefined) continue
    const { beacons, witnesses } = completePoc(poc, before, past, ruleset)
    note(beaconsAt, beacons)
    note(witnessesAt, witnesses)
  }
  return verdicts
}
