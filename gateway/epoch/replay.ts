import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, fromHex, ok, toHex } from '../../device-sdk/protocol/index.ts'
import { sha256 } from '../../device-sdk/signer/index.ts'
import { rulesetOf } from '../coverage/index.ts'
import type { EpochRow, ShareRow, Store, VerdictRow } from '../store/index.ts'
import type { ComputedEpoch } from './compute.ts'
import { computeEpoch } from './compute.ts'
import { contextOf } from './context.ts'
import { historyBefore, logEntries, takenEntries } from './log-entries.ts'
import { emitted } from './money.ts'

export type Replay = {
  readonly epoch: number
  readonly ruleset: string
  readonly verdicts: number
  readonly shares: number
  readonly root: string
  /** SHA-256 over all that was computed: two machines compare one line. */
  readonly digest: string
  /** What the store has otherwise, a line for each; empty where every byte is the same. */
  readonly differences: readonly string[]
}

type Comparable = Pick<EpochRow, 'ruleset' | 'root' | 'budget' | 'unissued' | 'paid' | 'carried'>

const differencesShown = 20
const digestKeys = ['ruleset', 'root', 'budget', 'paid', 'carried'] as const
const headKeys = [...digestKeys, 'unissued'] as const

const compareRows = (what: string, stored: readonly unknown[], computed: readonly unknown[]): string[] => {
  const differences: string[] = []
  for (let i = 0; i < Math.max(stored.length, computed.length); i++) {
    const [a, b] = [JSON.stringify(stored[i]), JSON.stringify(computed[i])]
    if (a !== b) differences.push(`${what} ${i}: stored ${a ?? 'nothing'}, computed ${b ?? 'nothing'}`)
  }
  return differences
}

/** The bytes that two machines compare: every row in order, keys as they are written here. */
const digestOf = ({ epoch, verdicts, shares, ...head }: ComputedEpoch): string =>
  toHex(sha256(new TextEncoder().encode(JSON.stringify([epoch, digestKeys.map((key) => head[key]), verdicts, shares]))))

const compareEpoch = (
  stored: Comparable & { readonly verdicts: readonly VerdictRow[]; readonly shares: readonly ShareRow[] },
  computed: ComputedEpoch,
): string[] =>
  [
    ...headKeys
      .filter((key) => stored[key] !== computed[key])
      .map((key) => `${key}: stored ${stored[key]}, computed ${computed[key]}`),
    ...compareRows('share', stored.shares, computed.shares),
    ...compareRows('verdict', stored.verdicts, computed.verdicts),
  ].slice(0, differencesShown)

/** Computes a closed epoch again from the log of a store, and compares it with what the store says. */
export const replayEpoch = (store: Store, epoch: number): Result<Replay> => {
  const row = store.epochs.at(epoch)
  if (row === null) return fail('epoch/unknown', `epoch ${epoch}`)
  const ruleset = rulesetOf(row.ruleset, sha256)
  if (ruleset === null) return fail('ruleset/unknown', row.ruleset)
  const before = store.epochs.before(epoch)
  const stored = { ...row, verdicts: store.epochs.verdicts(epoch), shares: store.epochs.shares(epoch) }
  const addresses = new Map(store.devices.all().map(({ kid, owner, address }) => [kid, owner ?? address]))
  // Whom an epoch paid then stays whom it paid, whatever became of the device.
  for (const { kid, address } of stored.shares) addresses.set(kid, fromHex(address) ?? new Uint8Array(20))
  const computed = computeEpoch({
    epoch,
    entries: logEntries(store, row.logFrom, row.logTo),
    logFrom: row.logFrom,
    context: contextOf(store, row.logFrom, row.logTo, ruleset),
    taken: takenEntries(store, before?.consumedTo ?? 0, row.consumedTo),
    openedMs: before?.closedMs ?? null,
    closedMs: row.closedMs,
    ...historyBefore(store, row.closedMs),
    released: store.entropy.between,
    addresses,
    ...(row.emission === null ? { budget: BigInt(row.budget) } : emitted(store, epoch, row.emission, before)),
    ruleset,
  })
  return ok({
    epoch,
    ruleset: row.ruleset,
    verdicts: computed.verdicts.length,
    shares: computed.shares.length,
    root: computed.root,
    digest: digestOf(computed),
    differences: compareEpoch(stored, computed),
  })
}
