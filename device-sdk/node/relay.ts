import type { Result } from '../protocol/index.ts'
import { ok } from '../protocol/index.ts'
import type { RunningDevice } from './device.ts'
import type { ReporterOptions } from './reporter.ts'
import { openReporter } from './reporter.ts'

export type RelayOptions = ReporterOptions & { readonly boards: readonly string[] }

const heartbeatMs = 3_600_000

/** Carries for boards until `close`. Of itself it reports that it lives. */
export const runRelay = async (options: RelayOptions): Promise<Result<RunningDevice>> => {
  const reporter = await openReporter(options)
  if (!reporter.ok) return reporter
  const { kid, live, close } = reporter.value
  live()
  const timer = setInterval(live, heartbeatMs)
  return ok({
    kid,
    close: () => {
      clearInterval(timer)
      return close()
    },
  })
}
