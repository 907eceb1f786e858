import type { Report } from '../../device-sdk/protocol/index.ts'
import { bootKey } from '../../device-sdk/protocol/index.ts'
import type { Batch } from '../store/index.ts'
import type { IncomingReport, Verdict } from './admit.ts'

/** What a batch will write, while it is judged. */
export type Drafts = { -readonly [K in keyof Batch]: Batch[K][number][] }

export const emptyDrafts = (): Drafts => ({
  entries: [],
  evidence: [],
  replays: [],
  equivocated: [],
  ends: [],
  latest: [],
  activated: [],
})

/** The newest row of every sensor block, for the latest values. */
const draftLatest = (report: Report, { kid, receivedMs }: IncomingReport, { entries, latest }: Drafts): void => {
  for (const block of report.blocks) {
    if (block.type !== 'sensor') continue
    let elapsedS = 0
    for (const step of block.stepsS) elapsedS += step
    latest.push({
      kid,
      schema: block.schema,
      receivedMs,
      timeS: typeof report.time === 'number' ? report.time + elapsedS : null,
      cells: block.columns.map((cells) => cells[cells.length - 1] ?? null),
      entry: entries.length,
    })
  }
}

/** What the device says of the ends of its boots before. */
const draftEnds = (report: Report, { kid }: IncomingReport, { ends }: Drafts): void => {
  for (const block of report.blocks) {
    if (block.type !== 'heartbeat' || block.previousBoot === undefined) continue
    const [boot, seq] = block.previousBoot
    ends.push({ kid, boot: bootKey(boot), seq })
  }
}

/**
 * Whom a message counts for that is no first report: until its signature holds, the connection that carried it, and never
 * the device that it names.
 */
const accountOf = ({ kid, via }: IncomingReport, signed: boolean): string => (signed ? kid : (via ?? kid))

/** Adds to `drafts` what a verdict leaves on disk. @returns the place of its entry, where it is a first report. */
export const draft = (incoming: IncomingReport, verdict: Verdict, drafts: Drafts): number | null => {
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
    if (verdict.report !== null) {
      draftLatest(verdict.report, incoming, drafts)
      draftEnds(verdict.report, incoming, drafts)
    }
    const { payload, signature } = sign1
    drafts.entries.push({ kid, boot: bootKey(pair.boot), seq: pair.seq, receivedMs, code, digest, payload, signature })
    return drafts.entries.length - 1
  }
  return null
}
