import { fromHex, toHex } from '../../device-sdk/protocol/index.ts'
import { keccak256 } from '../../device-sdk/signer/index.ts'
import type { Ruleset } from '../coverage/index.ts'
import { explain } from '../coverage/index.ts'
import type { Registry } from '../registry/index.ts'
import { merkleTree } from '../rewards/index.ts'
import type { EpochRow, ShareRow, Store, VerdictRow } from '../store/index.ts'
import { computeEpoch } from './compute.ts'
import { contextOf } from './context.ts'
import { historyBefore, logEntries, takenEntries } from './log-entries.ts'
import { emitted } from './money.ts'

export type ClosedEpoch = EpochRow & { readonly verdicts: readonly VerdictRow[]; readonly shares: readonly ShareRow[] }

export type EpochDeps = {
  readonly store: Store
  readonly registry: Registry
  readonly epochS: number
  /** What an epoch pays, besides what the one before could not pay; where it halves, what the first one may issue. */
  readonly budget: bigint
  /** After so many epochs the emission is half of what it was; absent: every epoch is granted the whole budget. */
  readonly halvingEpochs?: number | undefined
  readonly ruleset: Ruleset
  now(): number
}

export type ExplainedVerdict = VerdictRow & { readonly margin?: number; readonly flip: string }

const explained = (verdict: VerdictRow): ExplainedVerdict => ({ ...verdict, ...explain(verdict) })

/** Closes epochs: judges what the log gained since the last one, splits the budget, stores verdicts, shares and root. */
export const openEpochDesk = (deps: EpochDeps) => {
  const { store, registry, epochS, budget, halvingEpochs, ruleset, now } = deps
  const emission = halvingEpochs === undefined ? null : { first: budget.toString(), halvingEpochs }
  const money = (epoch: number, before: EpochRow | null) =>
    emission === null ? { budget: budget + BigInt(before?.carried ?? 0) } : emitted(store, epoch, emission, before)

  const close = (epoch: number): ClosedEpoch => {
    const [last] = store.epochs.newest(1)
    const logFrom = last?.logTo ?? 0
    const logTo = store.log.head()
    const consumedTo = store.consumption.head()
    const closedMs = now()
    const { verdicts, shares, ...computed } = computeEpoch({
      epoch,
      entries: logEntries(store, logFrom, logTo),
      logFrom,
      context: contextOf(store, logFrom, logTo, ruleset),
      taken: takenEntries(store, last?.consumedTo ?? 0, consumedTo),
      openedMs: last?.closedMs ?? null,
      closedMs,
      ...historyBefore(store, closedMs),
      released: store.entropy.between,
      addresses: new Map(registry.all().map(({ kid, owner, address }) => [kid, owner ?? address])),
      ...money(epoch, last ?? null),
      ruleset,
    })
    const row: EpochRow = { ...computed, logFrom, logTo, consumedTo, closedMs, emission }
    store.epochs.close(row, verdicts, shares)
    return { ...row, verdicts, shares }
  }

  const running = (): number => Math.floor(now() / 1000 / epochS)
  const opened = running()

  return {
    /** By what the next epoch is judged. */
    ruleset,
    /** Closes the last epoch once the clock has passed its end. Epochs in which the gateway stood still are not made up for. */
    closeDue: (): ClosedEpoch | null => {
      const due = running() - 1
      const newest = store.epochs.newest(1)[0]?.epoch ?? opened - 1
      return due > newest ? close(due) : null
    },
    /** What became of each submission of one report, with what would have turned it. Empty until its epoch is closed. */
    verdictsOf: (logIndex: number): ExplainedVerdict[] => store.epochs.verdictsOfReport(logIndex).map(explained),
    /** A closed epoch with every verdict and what would have turned it, every share and its Merkle proof; null where there is none. */
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
        verdicts: store.epochs.verdicts(epoch).map(explained),
        shares: shares.map((share, i) => ({ ...share, proof: tree.proof(i).map(toHex) })),
      }
    },
  }
}

export type EpochDesk = ReturnType<typeof openEpochDesk>
