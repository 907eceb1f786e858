import type { Report } from '../../device-sdk/protocol/index.ts'
import { bootKey } from '../../device-sdk/protocol/index.ts'
import type { Batch, HistoryRow, Store } from '../store/index.ts'
import type { AdmitDeps, IncomingReport, Verdict } from './admit.ts'
import { admitReport } from './admit.ts'
import type { DailyQuota } from './quota.ts'
import type { BatchWindow, ReplayWindow } from './window.ts'

export type Judged = { readonly incoming: IncomingReport; readonly verdict: Verdict; readonly logIndex: number | null }

export type IngestDeps = Omit<AdmitDeps, 'digestAt' | 'sessionOf' | 'inWindow' | 'mayStore'> & {
  readonly store: Store
  readonly window: ReplayWindow
  readonly quota: DailyQuota
  /** Whether a device waits for its first accepted report. */
  isPending(kid: string): boolean
  /** Called for each device whose first accepted report is on disk: in that same transaction it became active. */
  onActivated(first: HistoryRow): void
  /** Called once a batch is on disk, before its senders hear of it. */
  onCommitted(judged: readonly Judged[]): void
  /** Called when a batch could not be written: its messages stay unacknowledged. */
  onStoreDown(error: Error, messages: number): void
}

type Waiting = { readonly incoming: IncomingReport; resolve(): void; reject(error: Error): void }
type Drafts = { -readonly [K in keyof Batch]: Batch[K][number][] }

/** A batch holds the main thread while it is verified: small enough that other work goes on. */
const batchReportsMax = 256

/** The newest row of every sensor block, for the latest values. */
const latestRows = (report: Report, incoming: IncomingReport, entry: number): Batch['latest'][number][] =>
  report.blocks.flatMap((block) => {
    if (block.type !== 'sensor') return []
    const elapsedS = block.stepsS.reduce((sum, step) => sum + step, 0)
    return [
      {
        kid: incoming.kid,
        schema: block.schema,
        receivedMs: incoming.receivedMs,
        timeS: typeof report.time === 'number' ? report.time + elapsedS : null,
        cells: block.columns.map((cells) => cells[cells.length - 1] ?? null),
        entry,
      },
    ]
  })

/**
 * Whom a message counts for that is no first report: until its signature holds, the connection that carried it, and never
 * the device that it names.
 */
const accountOf = ({ kid, via }: IncomingReport, signed: boolean): string => (signed ? kid : (via ?? kid))

const draft = (incoming: IncomingReport, verdict: Verdict, drafts: Drafts): void => {
  const { kid, via, receivedMs, message } = incoming
  const { pair, digest, sign1, code } = verdict
  if (verdict.kind === 'replay') drafts.replays.push({ kid: accountOf(incoming, false), receivedMs })
  else if (verdict.kind === 'evidence') {
    // What is over the quota is counted, and not kept: it would be stored all the same.
    const kept = code === 'quota/exceeded' ? new Uint8Array(0) : message
    const account = accountOf(incoming, verdict.signed)
    const named = via === undefined ? null : `${kid} via ${via}`
    const detail = [named, verdict.detail].filter((part) => part !== null).join(': ') || null
    drafts.evidence.push({ kid: account, receivedMs, code, detail, message: kept })
    if (code === 'report/equivocation' && pair !== null) {
      drafts.equivocated.push({ kid, boot: bootKey(pair.boot), seq: pair.seq })
    }
  } else if (pair !== null && digest !== null && sign1 !== null) {
    if (verdict.report !== null) drafts.latest.push(...latestRows(verdict.report, incoming, drafts.entries.length))
    const { payload, signature } = sign1
    drafts.entries.push({ kid, boot: bootKey(pair.boot), seq: pair.seq, receivedMs, code, digest, payload, signature })
  }
}

/** What makes a pending device active: its first accepted report. */
const activation = ({ kid, receivedMs }: IncomingReport, { pair }: Verdict): HistoryRow => {
  const boot = typeof pair?.boot === 'number' || pair === null ? pair?.boot : bootKey(pair.boot)
  const detail = { boot, seq: pair?.seq }
  return { atMs: receivedMs, kid, event: 'device/active', actor: 'device', detail, digest: null, signatures: [] }
}

/**
 * Takes reports one by one and commits them in batches: while one batch is written, the next gathers.
 * `take` resolves when the report is on disk with its verdict, whichever it was, and rejects when the store could not write it.
 */
export const startIngest = (deps: IngestDeps) => {
  let queue: Waiting[] = []
  let scheduled = false

  const judge = (batch: readonly Waiting[], drafts: Drafts, window: BatchWindow) => {
    const inBatch = new Map<string, Uint8Array>()
    const admit: AdmitDeps = {
      ...deps,
      digestAt: (kid, boot, seq) =>
        inBatch.get(`${kid} ${boot} ${seq}`) ?? deps.store.log.find(kid, boot, seq)?.digest ?? null,
      sessionOf: deps.store.sessions.stateOf,
      inWindow: window.contains,
      mayStore: deps.quota.allows,
    }
    return batch.map((waiting): { waiting: Waiting; verdict: Verdict; entry: number | null } => {
      const verdict = admitReport(waiting.incoming, admit)
      const entry = verdict.kind === 'first' ? drafts.entries.length : null
      draft(waiting.incoming, verdict, drafts)
      if (verdict.kind === 'first' && verdict.pair !== null && verdict.digest !== null && verdict.sign1 !== null) {
        const { kid, receivedMs } = waiting.incoming
        deps.quota.spend(kid, verdict.sign1.payload.length + verdict.sign1.signature.length, receivedMs)
        const boot = bootKey(verdict.pair.boot)
        inBatch.set(`${kid} ${boot} ${verdict.pair.seq}`, verdict.digest)
        window.advance(kid, boot, verdict.pair.seq)
        const isFirst = verdict.report !== null && !drafts.activated.some((first) => first.kid === kid)
        if (isFirst && deps.isPending(kid)) drafts.activated.push(activation(waiting.incoming, verdict))
      }
      return { waiting, verdict, entry }
    })
  }

  const drain = (): void => {
    scheduled = false
    const batch = queue.slice(0, batchReportsMax)
    queue = queue.slice(batchReportsMax)
    if (queue.length > 0) schedule()
    // A flush came first.
    if (batch.length === 0) return
    try {
      const drafts: Drafts = { entries: [], evidence: [], replays: [], equivocated: [], latest: [], activated: [] }
      const window = deps.window.batch()
      const judged = judge(batch, drafts, window)
      const indexes = deps.store.log.append(drafts)
      window.commit()
      deps.onCommitted(
        judged.map(({ waiting, verdict, entry }) => {
          return { incoming: waiting.incoming, verdict, logIndex: entry === null ? null : (indexes[entry] ?? null) }
        }),
      )
      for (const first of drafts.activated) deps.onActivated(first)
      for (const { waiting } of judged) waiting.resolve()
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error))
      deps.quota.forget()
      deps.onStoreDown(cause, batch.length)
      for (const waiting of batch) waiting.reject(cause)
    }
  }

  // After the sockets that are ready now have been read: what came together is committed together.
  const schedule = (): void => {
    if (scheduled) return
    scheduled = true
    setImmediate(drain)
  }

  return {
    take: (incoming: IncomingReport): Promise<void> =>
      new Promise((resolve, reject) => {
        queue.push({ incoming, resolve, reject })
        schedule()
      }),
    /** Commits what waits. */
    flush: (): void => {
      while (queue.length > 0) drain()
    },
  }
}
