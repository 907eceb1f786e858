import type { SchemaLookup } from '../device-sdk/protocol/index.ts'
import { reportView } from './api/index.ts'
import type { Judged } from './ingest/index.ts'
import type { Log, Metrics } from './telemetry/index.ts'

export type AnnounceDeps = {
  readonly log: Log
  readonly metrics: Pick<Metrics, 'reports' | 'batch'>
  readonly live: { wanted(): boolean; publish(event: string, data: unknown): void }
  readonly schemaOf: SchemaLookup
}

/** Tells counters, log and live listeners of a committed batch: once for a batch what can be, and nothing that nobody reads. */
export const announcer = ({ log, metrics, live, schemaOf }: AnnounceDeps) => {
  const announce = ({ incoming, verdict, logIndex }: Judged): void => {
    const level = verdict.code === 'accepted' ? 'debug' : 'info'
    const { kid, via } = incoming
    if (log.isLevelEnabled(level)) {
      log[level]({ event: verdict.code, kid, via, logIndex, detail: verdict.detail ?? undefined })
    }
    if (!live.wanted()) return
    const report = verdict.kind === 'first' && verdict.report !== null ? reportView(verdict.report, schemaOf) : null
    const seq = verdict.pair?.seq ?? null
    live.publish('report', { kid, via, code: verdict.code, detail: verdict.detail, seq, logIndex, report })
  }
  return (judged: readonly Judged[]): void => {
    metrics.batch.observe(judged.length)
    const counts = new Map<string, number>()
    for (const one of judged) {
      counts.set(one.verdict.code, (counts.get(one.verdict.code) ?? 0) + 1)
      announce(one)
    }
    for (const [code, count] of counts) metrics.reports.inc({ code }, count)
  }
}
