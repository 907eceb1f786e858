import type { BeaconEvidence, Hotspot, WitnessEvidence } from './evidence.ts'
import { beaconUnknown } from './rules/beacon-unknown.ts'
import { denied, edgeDenied } from './rules/denied.ts'
import { duplicate } from './rules/duplicate.ts'
import { entropyExpired } from './rules/entropy-expired.ts'
import { frequency } from './rules/frequency.ts'
import { gatewayNotFound } from './rules/gateway-not-found.ts'
import { incapable } from './rules/incapable.ts'
import { invalidPacket } from './rules/invalid-packet.ts'
import { irregularInterval } from './rules/irregular-interval.ts'
import type { LinkRule, Located } from './rules/link.ts'
import { linkOf } from './rules/link.ts'
import { isLocated, notLocated } from './rules/not-located.ts'
import { region } from './rules/region.ts'
import { rssiTooStrong, strengthOf } from './rules/rssi-too-strong.ts'
import { selfWitness } from './rules/self-witness.ts'
import { tooFar } from './rules/too-far.ts'
import { tooLate } from './rules/too-late.ts'
import { tooNear } from './rules/too-near.ts'
import type { Ruleset } from './ruleset.ts'
import type { Scene } from './scene.ts'
import type { Finding, Outcome } from './verdict.ts'

/** All that was said of one beacon id, each list in the order of receipt. */
export type Poc = { readonly beacons: readonly BeaconEvidence[]; readonly witnesses: readonly WitnessEvidence[] }

/** An outcome for each submission, in the order of the poc. */
export type PocOutcome = { readonly beacons: readonly Outcome[]; readonly witnesses: readonly Outcome[] }

const linkRules: readonly LinkRule[] = [frequency, region, tooNear, tooFar]
const accepted = { code: 'accepted', rule: null } as const

/** The sender, or why it cannot take part: known, located, not denied. */
const admitted = (kid: string, hotspot: Hotspot | null, scene: Scene, ruleset: Ruleset): Finding | Located => {
  const refused = gatewayNotFound(hotspot)
  if (refused !== null || hotspot === null) return refused ?? notLocated
  return isLocated(hotspot, ruleset) ? (denied(kid, scene) ?? hotspot) : notLocated
}

const isFinding = (one: Finding | Located): one is Finding => 'code' in one

/** What refuses a beacon refuses every report of it, the second of a key too. Source: helium/oracles, iot_verifier, handle_invalid_poc. */
export const inherited = (finding: Finding): Finding => ({
  ...finding,
  rule: `beaconer-${finding.rule.replace(/^sender-/, '')}`,
})

const judgeBeacon = (
  beacon: BeaconEvidence,
  sender: Finding | Located,
  before: number,
  ruleset: Ruleset,
): Finding | null => {
  if (isFinding(sender)) return sender
  return (
    entropyExpired(beacon.receivedMs, beacon.entropyMs, ruleset) ??
    incapable(sender) ??
    irregularInterval(before) ??
    invalidPacket(beacon)
  )
}

type Heard = {
  readonly beacon: BeaconEvidence
  readonly sender: Located
  readonly firstWitnessMs: number
  readonly scene: Scene
  readonly ruleset: Ruleset
}

const judgeWitness = (witness: WitnessEvidence, heard: Heard): Outcome => {
  const { beacon, sender, firstWitnessMs, scene, ruleset } = heard
  const { kid, receivedMs } = witness
  const receiver = admitted(kid, scene.hotspot(kid, receivedMs), scene, ruleset)
  if (isFinding(receiver)) return receiver
  const refused =
    edgeDenied(beacon.kid, kid, scene) ??
    selfWitness({ beacon, witness }) ??
    entropyExpired(receivedMs, beacon.entropyMs, ruleset) ??
    tooLate(receivedMs, beacon.receivedMs, firstWitnessMs, ruleset) ??
    incapable(receiver)
  if (refused !== null) return refused
  const link = linkOf(beacon, witness, sender, receiver)
  for (const rule of linkRules) {
    const finding = rule(link, ruleset)
    if (finding !== null) return finding
  }
  const strength = strengthOf(link)
  const { measured, threshold, unit } = strength
  return rssiTooStrong(strength) ?? { code: 'accepted', rule: null, measured, threshold, unit }
}

/** The first report of each key is judged, and whatever becomes of it, nothing later takes its place. */
const judgeWitnesses = (witnesses: readonly WitnessEvidence[], heard: Heard): Outcome[] => {
  const seen = new Set<string>()
  return witnesses.map((witness) => {
    if (seen.has(witness.kid)) return duplicate
    seen.add(witness.kid)
    return judgeWitness(witness, heard)
  })
}

/**
 * Judges a beacon and its witnesses by the rules that need nothing else, in the order of docs/coverage.md: the first rule
 * that objects decides. Reciprocity and selection come after, in `completePoc`.
 * @param before - how many beacons of the same hotspot came earlier in the same interval.
 */
export const judgePoc = ({ beacons, witnesses }: Poc, before: number, scene: Scene, ruleset: Ruleset): PocOutcome => {
  const [beacon] = beacons
  if (beacon === undefined) return { beacons: [], witnesses: witnesses.map(() => beaconUnknown) }

  const sender = admitted(beacon.kid, scene.hotspot(beacon.kid, beacon.receivedMs), scene, ruleset)
  const refused = judgeBeacon(beacon, sender, before, ruleset)
  const own = [refused ?? accepted, ...beacons.slice(1).map(() => duplicate)]
  if (refused !== null || isFinding(sender)) {
    const ofBeacon = inherited(refused ?? notLocated)
    return { beacons: own, witnesses: witnesses.map(() => ofBeacon) }
  }
  const firstWitnessMs = witnesses[0]?.receivedMs ?? beacon.receivedMs
  return { beacons: own, witnesses: judgeWitnesses(witnesses, { beacon, sender, firstWitnessMs, scene, ruleset }) }
}
