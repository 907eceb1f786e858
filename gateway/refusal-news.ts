import type { Live } from './api/index.ts'
import type { Refusal } from './broker/index.ts'
import type { Log, Metrics } from './telemetry/index.ts'

type News = { readonly log: Log; readonly live: Live; readonly metrics: Pick<Metrics, 'refusals'> }

/** Tells of every packet and connection that was refused: in the log, in the metrics, and to whoever listens. */
export const refusalNews =
  ({ log, live, metrics }: News) =>
  ({ code, kid, remoteAddress, detail }: Refusal): void => {
    metrics.refusals.inc({ code })
    // Whoever is paused may knock as often as they like: that must not fill the disk.
    log[code === 'mqtt/source-paused' ? 'debug' : 'info']({ event: code, kid, from: remoteAddress, detail })
    live.publish('refusal', { code, kid: kid ?? null })
  }
