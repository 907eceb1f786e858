import type { BeaconEvidence, Evidence, Place, WitnessEvidence } from './evidence.ts'
import { compareReceipt } from './evidence.ts'
import { beaconUnknown } from './rules/beacon-unknown.ts'
import { duplicate, duplicateKey } from './rules/duplicate.ts'
import type { LinkRule } from './rules/link.ts'
import { linkOf } from './rules/link.ts'
import { noValidWitnesses } from './rules/no-valid-witnesses.ts'
import { isLocated, notLocated } from './rules/not-located.ts'
import { notSelected } from './rules/not-selected.ts'
import { rssiTooStrong } from './rules/rssi-too-strong.ts'
import { selfWitness } from './rules/self-witness.ts'
import { tooFar } from './rules/too-far.ts'
import { tooNear } from './rules/too-near.ts'
import type { Ruleset } from './ruleset.ts'
import type { Finding, Verdict } from './verdict.ts'
import { verdictOf } from './verdict.ts'

/** The first that objects decides. Far before near: H3 counts no cells between far places. */
const linkRules: readonly LinkRule[] = [selfWitness, tooFar, tooNear, rssiTooStrong]

type Case = { readonly evidence: Evidence; finding: Finding | null }

type Scene = {
  readonly beacons: ReadonlyMap<string, BeaconEvidence>
  readonly places: ReadonlyMap<string, Place>
  readonly ruleset: Ruleset
}

const judgeWitness = (witness: WitnessEvidence, { beacons, places, ruleset }: Scene): Finding | null => {
  const beacon = beacons.get(witness.beaconId)
  if (beacon === undefined) return beaconUnknown
  const to = places.get(witness.kid)
  if (!isLocated(to, ruleset)) return notLocated('sender')
  const from = places.get(beacon.kid)
  if (!isLocated(from, ruleset)) return notLocated('beaconer')
  const link = linkOf(beacon, witness, from, to)
  for (const rule of linkRules) {
    const finding = rule(link, ruleset)
    if (finding !== null) return finding
  }
  return null
}

const judgeBeacon = (beacon: BeaconEvidence, validWitnesses: number, { places, ruleset }: Scene): Finding | null =>
  isLocated(places.get(beacon.kid), ruleset) ? noValidWitnesses(validWitnesses) : notLocated('sender')

/** Marks what was received before, and returns the rest. */
const withoutDuplicates = (cases: readonly Case[]): Case[] => {
  const seen = new Set<string>()
  return cases.filter((one) => {
    one.finding = duplicate(one.evidence, seen)
    seen.add(duplicateKey(one.evidence))
    return one.finding === null
  })
}

/**
 * Judges all evidence of an epoch. Pure: the same arguments give the same bytes on every machine.
 * Who came first is decided by the time of receipt, then by the log, never by the order of `evidence` or `places`.
 * @param places - by kid; a kid without one is not located.
 * @returns exactly one verdict for each submission, in the order of `evidence`.
 */
export const judge = (
  evidence: readonly Evidence[],
  places: ReadonlyMap<string, Place>,
  ruleset: Ruleset,
): Verdict[] => {
  const cases = evidence.map((one): Case => ({ evidence: one, finding: null }))
  const firsts = withoutDuplicates(cases.toSorted((a, b) => compareReceipt(a.evidence, b.evidence)))

  const beacons = new Map<string, BeaconEvidence>()
  for (const { evidence: one } of firsts) if (one.kind === 'beacon') beacons.set(one.beaconId, one)
  const scene = { beacons, places, ruleset }

  const validWitnesses = new Map<string, number>()
  for (const one of firsts) {
    if (one.evidence.kind !== 'witness') continue
    const before = validWitnesses.get(one.evidence.beaconId) ?? 0
    one.finding = judgeWitness(one.evidence, scene)
    if (one.finding !== null) continue
    one.finding = notSelected(before, ruleset)
    validWitnesses.set(one.evidence.beaconId, before + 1)
  }
  for (const one of firsts) {
    if (one.evidence.kind !== 'beacon') continue
    one.finding = judgeBeacon(one.evidence, validWitnesses.get(one.evidence.beaconId) ?? 0, scene)
  }
  return cases.map((one) => verdictOf(one.evidence, one.finding))
}
