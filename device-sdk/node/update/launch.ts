import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Code, Result } from '../../protocol/index.ts'
import { fail, ok } from '../../protocol/index.ts'
import { bundlesVariable } from './firmware.ts'
import type { Slots, UpdateState } from './slots.ts'
import { bundleMain, readUpdateState } from './slots.ts'
import type { Chosen } from './switch.ts'
import { giveUp, prepareSlots } from './switch.ts'

export type LaunchOptions = {
  readonly slots: Slots
  /** The bundle that was flashed; null where there is none. */
  readonly factory: string | null
  /** How long a new bundle has for its first accepted heartbeat. */
  readonly confirmWithinS: number
  /** Ends the bundle, and then the launcher. */
  readonly stop: AbortSignal
  say(event: { readonly event: Code | 'update/starting' | 'update/ended'; readonly detail: string }): void
}

const restMs = 1_000
const killAfterMs = 5_000

const stageOf = (slots: Slots): UpdateState | null => {
  const state = readUpdateState(slots)
  return state.ok ? state.value : null
}

/** Asks a bundle to end; what does not is ended. */
const end = (child: ChildProcess): void => {
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs)
  child.once('exit', () => clearTimeout(timer))
}

/** One start of a bundle, to its end. @returns its status, and whether its time was up. */
const run = async ({ folder, onTrial }: Chosen, options: LaunchOptions) => {
  const { slots, confirmWithinS, stop } = options
  // Why a channel: a bundle whose launcher was killed sees it close, and ends.
  const child = spawn(process.execPath, [join(folder, bundleMain)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [bundlesVariable]: slots.root },
  })
  let isLate = false
  const stopped = (): void => end(child)
  stop.addEventListener('abort', stopped, { once: true })
  if (stop.aborted) stopped()
  const late = (): void => {
    if (stageOf(slots)?.stage !== 'trying') return
    isLate = true
    end(child)
  }
  const timer = onTrial ? setTimeout(late, confirmWithinS * 1_000) : undefined
  const [status] = (await once(child, 'exit')) as [number | null]
  clearTimeout(timer)
  stop.removeEventListener('abort', stopped)
  return { status: status ?? 1, isLate }
}

/**
 * Runs a device's bundle, puts an update in its place when that is ready, and the bundle before it back when the update ends
 * early or does not prove itself in time. Stands outside of what is updated. @returns the status of what ended by itself.
 * Errors: update/nothing-runs, update/unwritable.
 */
export const launch = async (options: LaunchOptions): Promise<Result<number>> => {
  const { slots, factory, stop, say } = options
  for (;;) {
    let chosen: Chosen | null
    try {
      chosen = prepareSlots(slots, factory)
    } catch (error) {
      return fail('update/unwritable', error instanceof Error ? error.message : String(error))
    }
    if (chosen === null) return fail('update/nothing-runs', slots.root)
    say({ event: 'update/starting', detail: chosen.folder })
    const { status, isLate } = await run(chosen, options)
    if (stop.aborted) return ok(status)
    const state = stageOf(slots)
    if (state?.stage === 'ready') continue
    if (!chosen.onTrial || state?.stage !== 'trying') return ok(status)
    say({
      event: isLate ? 'update/silent' : 'update/ended',
      detail: `firmware ${state.firmware}, start ${state.boots}`,
    })
    try {
      if (isLate) giveUp(slots, state, 'update/silent')
    } catch (error) {
      return fail('update/unwritable', error instanceof Error ? error.message : String(error))
    }
    await pause(restMs, null, { signal: stop }).catch(() => null)
  }
}
