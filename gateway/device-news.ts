import type { Live } from './api/index.ts'
import type { HistoryRow } from './store/index.ts'
import type { Log, Metrics } from './telemetry/index.ts'

type News = { readonly log: Log; readonly live: Live; readonly metrics: Pick<Metrics, 'deviceChanges'> }

/** Tells of every change of a device: in the log, in the metrics, and to whoever listens. Signatures stay in the history. */
export const deviceNews =
  ({ log, live, metrics }: News) =>
  ({ atMs, kid, event, actor, detail }: HistoryRow): void => {
    metrics.deviceChanges.inc({ event })
    log.info({ event, kid, actor })
    const { newKid, rotatedFrom, dueMs } = detail
    live.publish('device', { kid, event, actor, atMs, newKid, rotatedFrom, dueMs })
  }
