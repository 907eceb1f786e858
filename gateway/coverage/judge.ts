import type { Sha256 } from '../../device-sdk/protocol/index.ts'
import { toHex } from '../../device-sdk/protocol/index.ts'
import type { Reciprocity } from './complete-poc.ts'
import { completePoc, noteValid } from './complete-poc.ts'
import type { BeaconEvidence, Evidence, WitnessEvidence } from './evidence.ts'
import { compareReceipt } from './evidence.ts'
import { openIntervals } from './intervals.ts'
import type { Poc, PocOutcome } from './judge-poc.ts'
import { judgePoc } from './judge-poc.ts'
import { asksForLast } from './rules/reciprocity.ts'
import type { Ruleset } from './ruleset.ts'
import { rulesetHash } from './ruleset.ts'
import type { Scene } from './scene.ts'
import { openTimes } from './times.ts'
import type { Outcome, Verdict } from './verdict.ts'
import { verdictOf } from './verdict.ts'

/** The submissions of one beacon id by their places in the argument, each list in the order of receipt. */
type Places = { readonly beacons: readonly number[]; readonly witnesses: readonly number[] }

/** Up to so many are put in order one by one: they come nearly so. */
const fewMax = 32

const sortByReceipt = (places: number[], evidence: readonly Evidence[]): void => {
  const compare = (a: number, b: number): number => compareReceipt(evidence[a] as Evidence, evidence[b] as Evidence)
  if (places.length > fewMax) {
    places.sort(compare)
    return
  }
  for (let i = 1; i < places.length; i++) {
    const own = places[i] as number
    let k = i
    for (; k > 0 && compare(places[k - 1] as number, own) > 0; k--) places[k] = places[k - 1] as number
    places[k] = own
  }
}

const group = (evidence: readonly Evidence[]): Places[] => {
  const byBeacon = new Map<string, { beacons: number[]; witnesses: number[] }>()
  for (let i = 0; i < evidence.length; i++) {
    const { beaconId, kind } = evidence[i] as Evidence
    let own = byBeacon.get(beaconId)
    if (own === undefined) {
      own = { beacons: [], witnesses: [] }
      byBeacon.set(beaconId, own)
    }
    if (kind === 'beacon') own.beacons.push(i)
    else own.witnesses.push(i)
  }
  for (const { beacons, witnesses } of byBeacon.values()) {
    sortByReceipt(beacons, evidence)
    sortByReceipt(witnesses, evidence)
  }
  return [...byBeacon.values()]
}

const pocAt = ({ beacons, witnesses }: Places, evidence: readonly Evidence[]): Poc => ({
  beacons: beacons.map((i) => evidence[i] as BeaconEvidence),
  witnesses: witnesses.map((i) => evidence[i] as WitnessEvidence),
})

/** Puts together what was said of each beacon id. Who came first is decided by receipt, then by the log, never by the order of the argument. */
export const groupPocs = (evidence: readonly Evidence[]): Poc[] =>
  group(evidence).map((places) => pocAt(places, evidence))

/**
 * Judges all evidence of an epoch. Pure: the same arguments give the same bytes on every machine.
 * @returns exactly one verdict for each submission, in the order of `evidence`.
 */
export const judge = (evidence: readonly Evidence[], scene: Scene, ruleset: Ruleset, sha256: Sha256): Verdict[] => {
  const grouped = group(evidence)
  const intervals = openIntervals(scene, ruleset)
  for (const { beacons } of grouped) {
    const [first] = beacons
    if (first !== undefined) intervals.add(evidence[first] as BeaconEvidence)
  }
  let [firstMs, lastMs] = [Infinity, -Infinity]
  for (const { receivedMs } of evidence) {
    if (receivedMs < firstMs) firstMs = receivedMs
    if (receivedMs > lastMs) lastMs = receivedMs
  }
  const recordsFromMs = scene.recordsFromMs ?? firstMs
  const past: Reciprocity = { beaconed: openTimes(), witnessed: openTimes(), recordsFromMs }
  const regularOf = (poc: Poc): PocOutcome => {
    const [beacon] = poc.beacons
    return judgePoc(poc, beacon === undefined ? 0 : intervals.before(beacon), scene, ruleset)
  }
  // Where nobody is asked for the past, nothing of one poc is needed for another.
  const regular = asksForLast(lastMs, recordsFromMs, ruleset)
    ? grouped.map((places) => {
        const poc = pocAt(places, evidence)
        const outcome = regularOf(poc)
        noteValid(poc, outcome, past)
        return outcome
      })
    : null

  const hash = toHex(rulesetHash(ruleset, sha256))
  const verdicts = new Array<Verdict>(evidence.length)
  const note = (places: readonly number[], outcomes: readonly Outcome[]): void => {
    for (let k = 0; k < places.length; k++) {
      const i = places[k] as number
      verdicts[i] = verdictOf(evidence[i] as Evidence, outcomes[k] as Outcome, hash)
    }
  }
  for (const [i, places] of grouped.entries()) {
    const poc = pocAt(places, evidence)
    const { beacons, witnesses } = completePoc(poc, regular?.[i] ?? regularOf(poc), past, ruleset)
    note(places.beacons, beacons)
    note(places.witnesses, witnesses)
  }
  return verdicts
}
