import { bootKey } from '../../device-sdk/protocol/index.ts'
import type { HistoryRow } from '../store/index.ts'
import type { AdmitDeps, IncomingReport, Verdict } from './admit.ts'
import { admitReport } from './admit.ts'
import { type Drafts, draft, emptyDrafts } from './drafts.ts'
import { createLanes, type LaneDeps, type Taken } from './lanes.ts'
import type { BatchWindow } from './window.ts'

export type Judged = { readonly incoming: IncomingReport; readonly verdict: Verdict; readonly logIndex: number | null }

export type IngestDeps = LaneDeps & {
  /** How long what is ready to be written may wait for more. */
  readonly commitDelayMs: number
  /** Whether a device waits for its first accepted report. */
  isPending(kid: string): boolean
  /** Called for each device whose first accepted report is on disk: in that same transaction it became active. */
  onActivated(first: HistoryRow): void
  /** Called once a batch is on disk, before its senders hear of it. */
  onCommitted(judged: readonly Judged[]): void
  /** Called when a batch could not be written: its messages stay unacknowledged. */
  onStoreDown(error: Error, messages: number): void
}

/**
 * A batch holds the main thread: small enough that other work goes on. A signature that is still to be checked here costs
 * as much as all the rest of several reports.
 */
const batchEffortMax = 1_024
const uncheckedEffort = 4
const effortOf = ({ checked }: Taken): number => (checked === null ? uncheckedEffort : 1)

/** What makes a pending device active: its first accepted report. */
const activation = ({ kid, receivedMs }: IncomingReport, { pair }: Verdict): HistoryRow => {
  const boot = typeof pair?.boot === 'number' || pair === null ? pair?.boot : bootKey(pair.boot)
  const detail = { boot, seq: pair?.seq }
  return { atMs: receivedMs, kid, event: 'device/active', actor: 'device', detail, digest: null, signatures: [] }
}

/**
 * Takes reports one by one and commits them in batches, in the order in which they came: while one batch is written, the next
 * gathers. A message is settled when it is on disk with its verdict, whichever it was, or when the store could not write it.
 */
export const startIngest = (deps: IngestDeps) => {
  const { store, window, quota, commitDelayMs } = deps
  /** Ready to be judged and written. */
  let ready: Taken[] = []
  let effort = 0
  let timer: ReturnType<typeof setTimeout> | null = null

  const judge = (batch: readonly Taken[], drafts: Drafts, moving: BatchWindow) => {
    const inBatch = new Map<string, Uint8Array>()
    const admit: AdmitDeps = {
      ...deps,
      digestAt: (kid, boot, seq) => {
        if (!moving.mayHold(kid, boot, seq)) return null
        return inBatch.get(`${kid} ${boot} ${seq}`) ?? store.log.find(kid, boot, seq)?.digest ?? null
      },
      sessionOf: store.sessions.stateOf,
      inWindow: moving.contains,
      mayStore: quota.allows,
    }
    return batch.map(({ incoming, opened, checked }) => {
      const verdict = admitReport(incoming, admit, opened, checked)
      const entry = draft(incoming, verdict, drafts)
      const { pair, digest, sign1 } = verdict
      const { boot } = opened
      if (entry !== null && pair !== null && digest !== null && sign1 !== null && boot !== null) {
        const { kid, receivedMs } = incoming
        quota.spend(kid, sign1.payload.length + sign1.signature.length, receivedMs)
        inBatch.set(`${kid} ${boot} ${pair.seq}`, digest)
        moving.advance(kid, boot, pair.seq)
        const mayActivate = verdict.code === 'accepted' && deps.isPending(kid)
        if (mayActivate && !drafts.activated.some((first) => first.kid === kid))
          drafts.activated.push(activation(incoming, verdict))
      }
      return { incoming, verdict, entry }
    })
  }

  const commit = (batch: readonly Taken[]): void => {
    try {
      const drafts = emptyDrafts()
      const moving = window.batch()
      const judged = judge(batch, drafts, moving)
      const indexes = deps.store.log.append(drafts)
      moving.commit()
      deps.onCommitted(
        judged.map(({ incoming, verdict, entry }) => {
          return { incoming, verdict, logIndex: entry === null ? null : (indexes[entry] ?? null) }
        }),
      )
      for (const first of drafts.activated) deps.onActivated(first)
      for (const { settle } of batch) settle(null)
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error))
      quota.forget()
      deps.onStoreDown(cause, batch.length)
      for (const { settle } of batch) settle(cause)
    }
  }

  /** Commits as much of what is ready as one batch holds. */
  const commitSome = (): void => {
    let count = 0
    for (let spent = 0; count < ready.length && spent < batchEffortMax; count++)
      spent += effortOf(ready[count] as Taken)
    const batch = ready.slice(0, count)
    ready = ready.slice(count)
    for (const one of batch) effort -= effortOf(one)
    if (batch.length > 0) commit(batch)
  }

  const commitDue = (): void => {
    timer = null
    commitSome()
    plan()
  }
  /** Full batches at once, the rest when its time has come. */
  const plan = (): void => {
    while (effort >= batchEffortMax) commitSome()
    if (ready.length === 0) {
      if (timer !== null) clearTimeout(timer)
      timer = null
    } else timer ??= setTimeout(commitDue, commitDelayMs)
  }

  const lanes = createLanes({
    deps,
    ready: (batch) => {
      for (const one of batch) {
        ready.push(one)
        effort += effortOf(one)
      }
      if (commitDelayMs > 0) plan()
      else while (ready.length > 0) commitSome()
    },
  })

  return {
    take: lanes.take,
    /** Commits what waits, wherever it waits. */
    flush: (): void => {
      lanes.flush()
      while (ready.length > 0) commitSome()
      plan()
    },
  }
}
