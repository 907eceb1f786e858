import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { writeDurably } from '../../link/index.ts'
import type { Result, UpdateNews } from '../../protocol/index.ts'
import { fail, ok } from '../../protocol/index.ts'

/** Where a device keeps its bundles: the one that runs, the one before, the one that comes, one that failed; and how far it is. */
export type Slots = {
  readonly root: string
  readonly current: string
  readonly previous: string
  readonly next: string
  readonly failed: string
  readonly state: string
}

export const slotsIn = (folder: string): Slots => {
  const root = resolve(folder)
  const at = (name: string): string => join(root, name)
  return {
    root,
    current: at('current'),
    previous: at('previous'),
    next: at('next'),
    failed: at('failed'),
    state: at('state'),
  }
}

/**
 * `ready`: `next` is whole, and is to be started. `trying`: it is `current` and has not proved itself. `back`: it is to make
 * room for the one before. Written durably before what it says begins, so that a power cut at any moment is gone on from.
 */
export type UpdateState = {
  readonly stage: 'settled' | 'ready' | 'trying' | 'back'
  /** The update that the stage is about; -1 where there was none. */
  readonly n: number
  readonly firmware: number
  /** Starts of `current` since it is being tried. */
  readonly boots: number
  /** Why it goes back; empty otherwise. */
  readonly why: string
  /** Firmware that was tried and went back, newest last. */
  readonly failed: readonly number[]
  /** What the gateway is still to be told. */
  readonly news: UpdateNews | null
}

const none: UpdateState = { stage: 'settled', n: -1, firmware: -1, boots: 0, why: '', failed: [], news: null }

const isState = (value: unknown): value is UpdateState =>
  typeof value === 'object' &&
  value !== null &&
  'stage' in value &&
  ['settled', 'ready', 'trying', 'back'].includes(String(value.stage)) &&
  ['n', 'firmware', 'boots'].every((name) => Number.isInteger((value as Record<string, unknown>)[name])) &&
  'failed' in value &&
  Array.isArray(value.failed) &&
  'news' in value

/** Errors: update/unreadable. */
export const readUpdateState = ({ state: path }: Slots): Result<UpdateState> => {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isState(value) ? ok(value) : fail('update/unreadable', path)
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return absent ? ok(none) : fail('update/unreadable', path)
  }
}

/** Throws where the disk does; then the old state stands. */
export const writeUpdateState = (slots: Slots, state: UpdateState): UpdateState => {
  writeDurably(slots.state, `${JSON.stringify(state)}\n`)
  return state
}

/** What a bundle says of itself, in the file `build.json` at its top, as `hexfix build` writes it. */
export type BundleManifest = { readonly board: string; readonly firmware: number }
export const bundleManifest = 'build.json'
/** What is started of a bundle. */
export const bundleMain = 'app.js'

export const readManifest = (text: string): BundleManifest | null => {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('board' in value) || !('firmware' in value)) return null
    const { board, firmware } = value
    return typeof board === 'string' && Number.isInteger(firmware) ? { board, firmware: Number(firmware) } : null
  } catch {
    return null
  }
}

/** The firmware sequence of a bundle; -1 where the folder holds none. */
export const firmwareIn = (folder: string): number => {
  try {
    return readManifest(readFileSync(join(folder, bundleManifest), 'utf8'))?.firmware ?? -1
  } catch {
    return -1
  }
}
