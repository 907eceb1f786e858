import { toHex } from '../../device-sdk/protocol/index.ts'
import { keccak256, sha256 } from '../../device-sdk/signer/index.ts'
import type { Evidence, Hotspot, Ruleset, Scene, Verdict } from '../coverage/index.ts'
import { judge, placeAt, rulesetHash } from '../coverage/index.ts'
import type { HeirOf } from '../registry/index.ts'
import { heirsOf } from '../registry/index.ts'
import { closeEpoch } from '../rewards/index.ts'
import type { EpochRow, OwnerRow, PlaceRow, ShareRow, StoredEntry, Succession, VerdictRow } from '../store/index.ts'
import type { Context } from './context.ts'
import type { Derivation, Taken } from './evidence.ts'
import { countedReport, evidenceOf, readingsOf } from './evidence.ts'
import { historiesOf, ownersOf } from './histories.ts'
import type { Counted } from './quality.ts'
import { qualitiesOf } from './quality.ts'
import type { ReleasedBetween } from './regenerate.ts'
import { scalesOf } from './scales.ts'
import { usesOf } from './uses.ts'

/** All that an epoch's verdicts and shares follow from. */
export type EpochSource = {
  readonly epoch: number
  /** The part of the log that it judges, in order. */
  readonly entries: Iterable<StoredEntry>
  /** The last index of the log that an earlier epoch judged. */
  readonly logFrom: number
  /** What stands before it, as far back as the rules look. */
  readonly context: Context
  /** What consumers took since the epoch before was closed. */
  readonly taken: Iterable<Taken>
  /** From the close of the epoch before to the close of this one; null before the first was closed. */
  readonly openedMs: number | null
  readonly closedMs: number
  /** Every assertion of a place, in the order of time. */
  readonly places: readonly PlaceRow[]
  /** Every claim and transfer before the epoch was closed, in the order of time. */
  readonly owners: readonly OwnerRow[]
  /** Every rotation that took effect before the epoch was closed. */
  readonly successions: readonly Succession[]
  /** EVM address of 20 bytes by kid: that of the owner, or else of the device. */
  readonly addresses: ReadonlyMap<string, Uint8Array>
  /** The entropy that beacons were derived from. */
  readonly released: ReleasedBetween
  /** What may be paid, with what the epoch before could not pay. */
  readonly budget: bigint
  /** How much of that is an emission, which goes by the pools of the ruleset. */
  readonly issued?: bigint | undefined
  readonly ruleset: Ruleset
}

export type ComputedEpoch = Pick<
  EpochRow,
  'epoch' | 'ruleset' | 'root' | 'budget' | 'unissued' | 'paid' | 'carried'
> & {
  readonly verdicts: readonly VerdictRow[]
  readonly shares: readonly ShareRow[]
}

type Gathered = {
  readonly evidence: readonly Evidence[]
  /** Counted reports with readings, by device. */
  readonly readings: ReadonlyMap<string, Counted[]>
  /** When the first entry came; null where there is none. */
  readonly firstMs: number | null
}

/**
 * Everything of a part of the log that counts: submissions to judge, and who delivered readings. What was signed by a key that
 * was rotated since counts for its heir: a rotation makes no second device.
 */
const gather = (entries: Iterable<StoredEntry>, epoch: number, heirOf: HeirOf, derivation: Derivation): Gathered => {
  const evidence: Evidence[] = []
  const readings = new Map<string, Counted[]>()
  let firstMs: number | null = null
  for (const entry of entries) {
    firstMs ??= entry.receivedMs
    const report = countedReport(entry, epoch)
    if (report === null) continue
    const heir = heirOf(entry.kid)
    for (const one of evidenceOf(entry, report, derivation)) evidence.push({ ...one, kid: heir })
    if (readingsOf(report) === 0) continue
    const own = readings.get(heir) ?? []
    if (own.length === 0) readings.set(heir, own)
    own.push({ report, receivedMs: entry.receivedMs })
  }
  return { evidence, readings, firstMs }
}

const verdictRow = (epoch: number, verdict: Verdict): VerdictRow => ({
  epoch,
  logIndex: verdict.logIndex,
  item: verdict.item,
  kind: verdict.kind,
  kid: verdict.kid,
  beaconId: verdict.beaconId,
  code: verdict.code,
  rule: verdict.rule,
  measured: verdict.measured ?? null,
  threshold: verdict.threshold ?? null,
  unit: verdict.unit ?? null,
})

/** Computes an epoch from the log: no clock, no store, the same bytes on every machine. The gateway and a replay both run this. */
export const computeEpoch = (source: EpochSource): ComputedEpoch => {
  const { epoch, logFrom, closedMs, successions, released, addresses, budget, ruleset } = source
  const heirOf = heirsOf(successions)
  const histories = historiesOf(source.places, heirOf)
  // Who has a report in the log was registered.
  const hotspot = (kid: string, atMs: number): Hotspot => ({ place: placeAt(histories.get(kid) ?? [], atMs) })
  const gainDdbi = (kid: string, atMs: number): number =>
    Math.round((hotspot(heirOf(kid), atMs).place?.gainDbi ?? 0) * 10)
  const derivation = { sha256, released, gainDdbi }
  const before = gather(source.context.entries, epoch, heirOf, derivation)
  const own = gather(source.entries, epoch, heirOf, derivation)
  const evidence = [...before.evidence, ...own.evidence]
  const scene: Scene = { hotspot, recordsFromMs: source.context.recordsFromMs }
  const judged = judge(evidence, scene, ruleset, sha256)
  const receivedMs = evidence.map((one) => one.receivedMs)
  const claimed = ownersOf(source.owners, heirOf)
  const where = {
    placeOf: (kid: string) => placeAt(histories.get(kid) ?? [], Number.POSITIVE_INFINITY),
    // What nobody claimed is the host's.
    ownerOf: (kid: string) => claimed.get(kid) ?? 'host',
  }
  const span = { fromMs: source.openedMs ?? own.firstMs ?? closedMs, toMs: closedMs }
  // Whoever gets the money of several devices is their owner.
  const owners = new Map([...addresses].map(([kid, address]) => [kid, toHex(address)]))
  const closed = closeEpoch({
    epoch,
    budget,
    issued: source.issued,
    verdicts: judged,
    sensors: [...own.readings.keys()].sort(),
    factors: {
      scales: scalesOf({ verdicts: judged, receivedMs, logFrom, histories }, ruleset),
      ...(ruleset.quality === undefined ? {} : { quality: qualitiesOf(own.readings, span, where, ruleset.quality) }),
      use: usesOf(source.taken, { epoch, heirOf, owners }, ruleset),
    },
    addresses,
    owners,
    ruleset,
    keccak256,
  })
  const verdicts = judged.slice(before.evidence.length)
  return {
    epoch,
    ruleset: toHex(rulesetHash(ruleset, sha256)),
    root: toHex(closed.root),
    budget: closed.budget.toString(),
    unissued: closed.unissued.toString(),
    paid: closed.paid.toString(),
    carried: closed.carried.toString(),
    verdicts: verdicts.map((verdict) => verdictRow(epoch, verdict)),
    shares: closed.rows.map(({ index, kid, address, points, amount }): ShareRow => {
      return { epoch, index, kid, address: toHex(address), points: points.toString(), amount: amount.toString() }
    }),
  }
}
