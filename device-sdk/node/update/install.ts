import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { BundleFile } from '../../protocol/index.ts'
import type { Slots, UpdateState } from './slots.ts'
import { writeUpdateState } from './slots.ts'

const writeSynced = (path: string, bytes: Uint8Array): void => {
  const file = openSync(path, 'w', 0o600)
  try {
    writeFileSync(file, bytes)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

const syncFolder = (folder: string): void => {
  const directory = openSync(folder, 'r')
  fsyncSync(directory)
  closeSync(directory)
}

/**
 * Writes a bundle beside the one that runs, and says that it is ready only when all of it is on the disk: until then nothing
 * has changed. The launcher starts it. Throws where the disk does.
 */
export const installBundle = (
  slots: Slots,
  files: readonly BundleFile[],
  state: UpdateState,
  { n, firmware }: { readonly n: number; readonly firmware: number },
): void => {
  const { root, next } = slots
  rmSync(next, { recursive: true, force: true })
  const folders = new Set([next])
  for (const { path } of files) {
    for (let folder = dirname(join(next, path)); folder !== root; folder = dirname(folder)) folders.add(folder)
  }
  for (const folder of folders) mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const { path, bytes } of files) writeSynced(join(next, path), bytes)
  for (const folder of folders) syncFolder(folder)
  syncFolder(root)
  writeUpdateState(slots, { ...state, stage: 'ready', n, firmware, boots: 0, why: '', news: null })
}
