import type { UpMessage } from './broker/index.ts'
import type { CommandDesk } from './command/index.ts'
import type { Settle } from './ingest/index.ts'
import type { Log, Metrics } from './telemetry/index.ts'
import type { TimeDesk } from './time/index.ts'

export type UplinkDeps = {
  readonly time: TimeDesk
  readonly commands: CommandDesk
  readonly metrics: Pick<Metrics, 'times' | 'results'>
  readonly log: Log
  takeReport(message: UpMessage, settle: Settle): void
  sendSync(message: UpMessage, sync: Uint8Array): void
}

/**
 * Where a message from MQTT goes, by the type that its topic fixes. Only a report is kept whatever it is; of the others what
 * is refused is counted and logged. Enrolment over MQTT is acknowledged and ignored: who is connected is enrolled.
 */
export const uplink =
  ({ time, commands, metrics, log, takeReport, sendSync }: UplinkDeps) =>
  (message: UpMessage, settle: Settle): void => {
    const { kid, via, payload } = message
    const from = { kid, ...(via === undefined ? {} : { via }) }
    if (message.type === 'report') {
      takeReport(message, settle)
      return
    }
    if (message.type === 'time') {
      const sync = time.answer({ ...from, message: payload }, via ?? kid)
      metrics.times.inc({ code: sync.ok ? 'accepted' : sync.error.code })
      if (sync.ok) sendSync(message, sync.value)
      else log.info({ event: sync.error.code, ...from })
    }
    if (message.type === 'result') {
      const taken = commands.take({ ...from, message: payload })
      metrics.results.inc({ code: taken.ok ? 'accepted' : taken.error.code })
      if (!taken.ok) log.info({ event: taken.error.code, ...from, detail: taken.error.detail })
    }
    settle(null)
  }
