import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Writes a file whole or not at all, and durably. Throws where the disk does; then what stood there stands. */
export const writeDurably = (path: string, text: string | Uint8Array, mode = 0o600): void => {
  const draft = `${path}.new`
  const file = openSync(draft, 'w', mode)
  try {
    // Not writeSync: on a disk that fills up it writes a part, and says so by its result alone.
    writeFileSync(file, text)
    fsyncSync(file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
  const folder = openSync(dirname(path), 'r')
  fsyncSync(folder)
  closeSync(folder)
}
