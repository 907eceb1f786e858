import type { Report } from '../device-sdk/protocol/index.ts'
import type { AnnounceDeps } from './announce.ts'
import { announcer } from './announce.ts'
import type { UpMessage } from './broker/index.ts'
import type { GatewayConfig } from './config.ts'
import type { IngestDeps, OwedReceipt, Settle } from './ingest/index.ts'
import { dailyQuota, receiptsFor, replayWindow, startIngest } from './ingest/index.ts'
import type { GatewayIdentity } from './message/index.ts'
import type { Store } from './store/index.ts'
import { commitDelayFor } from './store/index.ts'
import type { Metrics } from './telemetry/index.ts'
import type { Verifier } from './verifier/index.ts'
import { measureRate, openPool } from './verifier/index.ts'

export type ReportsDeps = {
  readonly config: Pick<GatewayConfig, 'net' | 'data' | 'quotaBytesPerDay' | 'commitDelayMsMax' | 'verifyWorkers'>
  readonly store: Store
  readonly identity: GatewayIdentity
  readonly verifier: Verifier
  readonly ingest: Pick<
    IngestDeps,
    'net' | 'sha256' | 'verify' | 'schemaOf' | 'keyOf' | 'store' | 'isPending' | 'onActivated'
  >
  readonly announce: AnnounceDeps & { readonly metrics: Pick<Metrics, 'receipts'> }
  /** Whether a receipt on this way would reach somebody. */
  wants(kid: string, via?: string): boolean
  send(receipt: OwedReceipt): void
  /** Called for every accepted report that is on disk. */
  accepted(kid: string, report: Report, receivedMs: number): void
}

/** Long enough for a figure of two digits, short enough that nobody who waits meanwhile is lost. */
const rateRunMs = 60

/** The way of a report through the gateway: ingest and its workers, what is told of a batch, receipts. */
export const openReports = ({
  config,
  store,
  identity,
  verifier,
  ingest: given,
  announce: to,
  ...deps
}: ReportsDeps) => {
  const { log, metrics, live } = to
  const announce = announcer(to)
  const delay = commitDelayFor(config.commitDelayMsMax, config.data)
  const waits = { commitDelayMs: delay.ms, commitDelayWhy: delay.why }
  const pool = openPool({
    net: config.net,
    verifier: verifier.name,
    workers: config.verifyWorkers,
    lost: (why) => log.warn({ event: 'verifier/worker-lost', detail: why }),
  })
  const workersReady = (): number => pool?.ready() ?? 0

  const ingest = startIngest({
    ...given,
    window: replayWindow(store.log.boots()),
    quota: dailyQuota(store, config.quotaBytesPerDay),
    pool,
    commitDelayMs: delay.ms,
    onCommitted: (judged) => {
      announce(judged)
      for (const receipt of receiptsFor(judged, store, identity, deps.wants)) {
        deps.send(receipt)
        metrics.receipts.inc()
        live.publish('receipt', { kid: receipt.kid, bytes: receipt.message.length })
      }
      for (const { incoming, verdict } of judged) {
        if (verdict.kind === 'first' && verdict.report !== null)
          deps.accepted(incoming.kid, verdict.report, incoming.receivedMs)
      }
    },
    onStoreDown: (error, messages) => log.error({ event: 'store/unwritable', messages, detail: error.message }),
  })

  return {
    take: ({ kid, via, payload }: UpMessage, settle: Settle): void => {
      const from = via === undefined ? { kid } : { kid, via }
      ingest.take({ ...from, message: payload, receivedMs: Date.now() }, settle)
    },
    /** How long a commit may wait, and why so long. */
    waits,
    workersReady,
    /** Measured now, for a moment in which nothing else runs. */
    speed: () => ({
      verifier: verifier.name,
      verificationsPerS: measureRate(verifier, rateRunMs),
      workers: pool?.workers ?? 0,
      workersReady: workersReady(),
      ...waits,
    }),
    /** Commits what waits, and ends the workers. */
    close: async (): Promise<void> => {
      ingest.flush()
      await pool?.close()
    },
  }
}
