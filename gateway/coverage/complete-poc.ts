import type { Evidence } from './evidence.ts'
import type { Poc, PocOutcome } from './judge-poc.ts'
import { inherited } from './judge-poc.ts'
import { heardBy, noValidWitnesses } from './rules/no-valid-witnesses.ts'
import { notSelected } from './rules/not-selected.ts'
import { asksForLast, beaconReciprocity, witnessReciprocity } from './rules/reciprocity.ts'
import type { Ruleset } from './ruleset.ts'
import type { Times } from './times.ts'
import type { Finding, Outcome } from './verdict.ts'

/** When each hotspot did its own part. Valid by all rules but reciprocity: otherwise two that lapsed could never come back. */
export type Reciprocity = {
  readonly beaconed: Times
  readonly witnessed: Times
  readonly recordsFromMs: number
}

/** Notes what of a judged poc counts as its hotspots' own part. Source: helium/oracles, iot_verifier, verify_beacon and verify_witnesses. */
export const noteValid = (
  { beacons, witnesses }: Poc,
  outcome: PocOutcome,
  { beaconed, witnessed }: Reciprocity,
): void => {
  const [beacon] = beacons
  if (beacon !== undefined && outcome.beacons[0]?.code === 'accepted' && witnesses.length > 0) {
    beaconed.add(beacon.kid, beacon.receivedMs)
  }
  for (const [i, { kid, receivedMs }] of witnesses.entries()) {
    if (outcome.witnesses[i]?.code === 'accepted') witnessed.add(kid, receivedMs)
  }
}

/** Applies reciprocity, then selects the earliest witnesses, then asks whether the beacon was heard. */
export const completePoc = (poc: Poc, regular: PocOutcome, past: Reciprocity, ruleset: Ruleset): PocOutcome => {
  const [beacon] = poc.beacons
  if (beacon === undefined || regular.beacons[0]?.code !== 'accepted') return regular
  const { recordsFromMs } = past
  const others = regular.beacons.slice(1)
  const lapsedFor = (
    rule: typeof beaconReciprocity,
    times: Times,
    { kid, receivedMs: atMs }: Pick<Evidence, 'kid' | 'receivedMs'>,
  ): Finding | null =>
    asksForLast(atMs, recordsFromMs, ruleset)
      ? rule({ atMs, lastMs: times.lastUntil(kid, atMs), recordsFromMs }, ruleset)
      : null
  const lapsed = lapsedFor(beaconReciprocity, past.witnessed, beacon)
  if (lapsed !== null) {
    const ofBeacon = inherited(lapsed)
    return { beacons: [lapsed, ...others], witnesses: regular.witnesses.map(() => ofBeacon) }
  }
  let valid = 0
  const witnesses = regular.witnesses.map((one, i): Outcome => {
    const witness = poc.witnesses[i]
    if (one.code !== 'accepted' || witness === undefined) return one
    return lapsedFor(witnessReciprocity, past.beaconed, witness) ?? notSelected(valid++, ruleset) ?? one
  })
  const selected = Math.min(valid, ruleset.coverage.maxWitnesses)
  const own = noValidWitnesses(selected, ruleset) ?? { code: 'accepted', rule: null, ...heardBy(selected, ruleset) }
  return { beacons: [own, ...others], witnesses }
}
