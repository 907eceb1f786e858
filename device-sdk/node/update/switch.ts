import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Code } from '../../protocol/index.ts'
import { updateStatuses } from '../../protocol/index.ts'
import type { Slots, UpdateState } from './slots.ts'
import { bundleMain, firmwareIn, readUpdateState, writeUpdateState } from './slots.ts'

/** Starts of a bundle that has not proved itself. */
const bootsMax = 3
const failedKept = 16

const sync = (folder: string): void => {
  const directory = openSync(folder, 'r')
  fsyncSync(directory)
  closeSync(directory)
}

const move = (from: string, to: string, root: string): void => {
  rmSync(to, { recursive: true, force: true })
  renameSync(from, to)
  sync(root)
}

/** `next` becomes `current`, and what that was `previous`. Done again after any interruption, it goes on where it was. */
const swapIn = ({ root, current, previous, next }: Slots, firmware: number): void => {
  if (firmwareIn(next) !== firmware) return
  if (existsSync(current)) move(current, previous, root)
  renameSync(next, current)
  sync(root)
}

/** What failed steps aside, and `previous` is `current` again. Where there is none, what was flashed runs. */
const swapBack = ({ root, current, previous, failed }: Slots, firmware: number): void => {
  if (firmwareIn(current) === firmware) move(current, failed, root)
  if (existsSync(current) || !existsSync(previous)) return
  renameSync(previous, current)
  sync(root)
}

/** The gateway is told why, and the device takes this firmware no more. */
const settledBack = ({ failed, n, firmware, why }: UpdateState): UpdateState => ({
  ...{ stage: 'settled', n, firmware, boots: 0, why: '' },
  failed: [...failed.filter((one) => one !== firmware), firmware].slice(-failedKept),
  news: { n, status: updateStatuses.rolledBack, firmware, code: why },
})

/** The bundle on trial shall go back at the next start. */
export const giveUp = (slots: Slots, state: UpdateState, why: Code): UpdateState =>
  writeUpdateState(slots, { ...state, stage: 'back', why })

export type Chosen = { readonly folder: string; readonly onTrial: boolean }

/**
 * Carries out what is due, and says what is to be started: of what was updated to and what was flashed, the one with the
 * higher firmware. A start of a bundle that has not proved itself is counted before it happens; past the third it goes back.
 * Null where nothing can be started. Throws where the disk does.
 * @param factory - the bundle that was flashed, which is never written to.
 */
export const prepareSlots = (slots: Slots, factory: string | null): Chosen | null => {
  mkdirSync(slots.root, { recursive: true, mode: 0o700 })
  const found = readUpdateState(slots)
  let state: UpdateState | null = found.ok ? found.value : null
  if (state?.stage === 'ready') {
    swapIn(slots, state.firmware)
    state = writeUpdateState(slots, { ...state, stage: 'trying', boots: 0 })
  }
  if (state?.stage === 'trying' && state.boots >= bootsMax) state = giveUp(slots, state, 'update/crashed')
  if (state?.stage === 'back') {
    swapBack(slots, state.firmware)
    state = writeUpdateState(slots, settledBack(state))
  }
  if (!existsSync(slots.current) && existsSync(slots.previous)) renameSync(slots.previous, slots.current)
  const isThere = (folder: string | null): folder is string => folder !== null && existsSync(join(folder, bundleMain))
  const isFlashed = isThere(factory) && (!isThere(slots.current) || firmwareIn(factory) >= firmwareIn(slots.current))
  if (isFlashed) return { folder: factory, onTrial: false }
  if (!isThere(slots.current)) return null
  if (state?.stage !== 'trying') return { folder: slots.current, onTrial: false }
  writeUpdateState(slots, { ...state, boots: state.boots + 1 })
  return { folder: slots.current, onTrial: true }
}
