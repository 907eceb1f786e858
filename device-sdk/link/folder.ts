import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import type { Result } from '../protocol/index.ts'
import { fail, ok } from '../protocol/index.ts'

/** The files of one device. */
export const deviceFiles = (dir: string) => ({
  key: join(dir, 'device.key'),
  trust: join(dir, 'trust.json'),
  boot: join(dir, 'boot'),
  command: join(dir, 'command'),
  update: join(dir, 'update'),
  outbox: join(dir, 'outbox'),
  entropy: join(dir, 'entropy'),
})

/** Makes the names in a folder durable. */
export const syncFolder = (folder: string): void => {
  const directory = openSync(folder, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}

/** Writes a file whole or not at all, and durably: a power cut leaves the old content or the new. */
export const writeDurably = (path: string, content: string | Uint8Array): void => {
  const folder = dirname(path)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const draft = `${path}.new`
  const file = openSync(draft, 'w', 0o600)
  try {
    // Not writeSync: on a disk that fills up it writes a part, and says so by its result alone.
    writeFileSync(file, content)
    fsyncSync(file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
  syncFolder(folder)
}

/**
 * Holds a device's folder for this process: two loops over one key would sign one pair twice.
 * An abstract Unix socket (unix(7), Linux) is released by the kernel when the process ends, however it ends; other systems have no lock.
 */
export const lockFolder = (dir: string): Promise<Result<() => void>> => {
  if (process.platform !== 'linux') return Promise.resolve(ok(() => {}))
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const name = createHash('sha256').update(realpathSync(dir)).digest('hex').slice(0, 32)
  return new Promise((resolve) => {
    const holder = createServer()
    holder.once('error', () => resolve(fail('device/running', dir)))
    holder.listen(`\0hexfix-device-${name}`, () => {
      holder.unref()
      resolve(ok(() => holder.close()))
    })
  })
}
