import type { Log } from './telemetry/index.ts'

const checkMs = 500

type Job = { readonly failed: string; run(): void }

/** Does what is due, twice a second. A job that fails changed nothing: it is logged, and tried again. @returns how to stop. */
export const startDueTimer = (jobs: readonly Job[], log: Log): (() => void) => {
  const timer = setInterval(() => {
    for (const { failed, run } of jobs) {
      try {
        run()
      } catch (error) {
        log.error({ event: failed, detail: error instanceof Error ? error.message : String(error) })
      }
    }
  }, checkMs)
  return () => clearInterval(timer)
}
