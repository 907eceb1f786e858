import { fromHex, toHex } from '../../device-sdk/protocol/index.ts'
import { keccak256, sha256 } from '../../device-sdk/signer/index.ts'
import type { Evidence, Place, Verdict } from '../coverage/index.ts'
import { firstCoverage, judge, rulesetHash } from '../coverage/index.ts'
import type { Registry } from '../registry/index.ts'
import { closeEpoch, merkleTree } from '../rewards/index.ts'
import type { EpochRow, ShareRow, Store, VerdictRow } from '../store/index.ts'
import { countedReport, evidenceOf, hasReading } from './evidence.ts'

export type ClosedEpoch = EpochRow & { readonly verdicts: readonly VerdictRow[]; readonly shares: readonly ShareRow[] }

export type EpochDeps = {
  readonly store: Store
  readonly registry: Registry
  readonly epochS: number
  /** What an epoch pays, besides what the one before could not pay. */
  readonly budget: bigint
  now(): number
}

const pageRows = 1_000

/**
 * Everything of a part of the log that counts: submissions to judge, and who delivered a reading. What was signed by a key that
 * was rotated since counts for its heir: a rotation makes no second device.
 */
const gather = (
  { store, registry }: EpochDeps,
  logFrom: number,
  logTo: number,
): { evidence: Evidence[]; sensors: string[] } => {
  const evidence: Evidence[] = []
  const sensors = new Set<string>()
  for (let from = logFrom; from < logTo; ) {
    const page = store.log.range(from, logTo, pageRows)
    for (const entry of page) {
      const report = countedReport(entry)
      if (report === null) continue
      const heir = registry.heirOf(entry.kid)
      for (const one of evidenceOf(entry, report, sha256)) evidence.push({ ...one, kid: heir })
      if (hasReading(report)) sensors.add(heir)
    }
    from = page[page.length - 1]?.logIndex ?? logTo
  }
  return { evidence, sensors: [...sensors].sort() }
}

const placesOf = (registry: Registry): Map<string, Place> => {
  const places = new Map<string, Place>()
  for (const { kid, place } of registry.all()) if (place !== null) places.set(kid, place)
  return places
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

/** Closes epochs: judges what the log gained since the last one, splits the budget, stores verdicts, shares and root. */
export const openEpochDesk = (deps: EpochDeps) => {
  const { store, registry, epochS, budget, now } = deps
  const close = (epoch: number): ClosedEpoch => {
    const [last] = store.epochs.newest(1)
    const logFrom = last?.logTo ?? 0
    const logTo = store.log.head()
    const { evidence, sensors } = gather(deps, logFrom, logTo)
    const verdicts = judge(evidence, placesOf(registry), firstCoverage)
    const addresses = new Map(registry.all().map(({ kid, owner, address }) => [kid, owner ?? address]))
    const available = budget + BigInt(last?.carried ?? 0)
    const closed = closeEpoch({
      epoch,
      budget: available,
      verdicts,
      sensors,
      addresses,
      ruleset: firstCoverage,
      keccak256,
    })
    const row: EpochRow = {
      epoch,
      logFrom,
      logTo,
      closedMs: now(),
      ruleset: toHex(rulesetHash(firstCoverage, sha256)),
      root: toHex(closed.root),
      budget: available.toString(),
      paid: closed.paid.toString(),
      carried: closed.carried.toString(),
    }
    const shares = closed.rows.map(({ index, kid, address, points, amount }): ShareRow => {
      return { epoch, index, kid, address: toHex(address), points: points.toString(), amount: amount.toString() }
    })
    const rows = verdicts.map((verdict) => verdictRow(epoch, verdict))
    store.epochs.close(row, rows, shares)
    return { ...row, verdicts: rows, shares }
  }

  const running = (): number => Math.floor(now() / 1000 / epochS)
  const opened = running()

  return {
    /** Closes the last epoch once the clock has passed its end. Epochs in which the gateway stood still are not made up for. */
    closeDue: (): ClosedEpoch | null => {
      const due = running() - 1
      const newest = store.epochs.newest(1)[0]?.epoch ?? opened - 1
      return due > newest ? close(due) : null
    },
    /** A closed epoch with every verdict, every share and its Merkle proof; null where there is none. */
    view: (epoch: number): unknown => {
      const row = store.epochs.at(epoch)
      if (row === null) return null
      const shares = store.epochs.shares(epoch)
      const leaves = shares.map(({ index, address, amount }) => {
        return { epoch, index, address: fromHex(address) ?? new Uint8Array(0), amount: BigInt(amount) }
      })
      const tree = merkleTree(leaves, keccak256)
      return {
        ...row,
        verdicts: store.epochs.verdicts(epoch),
        shares: shares.map((share, i) => ({ ...share, proof: tree.proof(i).map(toHex) })),
      }
    },
  }
}

export type EpochDesk = ReturnType<typeof openEpochDesk>
