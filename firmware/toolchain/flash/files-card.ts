import { existsSync } from 'node:fs'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Result } from '../../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../../device-sdk/protocol/index.ts'
import type { Bundle } from './bundle.ts'
import { places, sizeOf, sumsOf } from './bundle.ts'
import type { FilesOutcome } from './files-ssh.ts'
import type { OnProgress } from './protocol.ts'
import { sha256Hex } from './protocol.ts'

/** What of a bundle belongs into the boot folder; all else goes into the root folder. */
const bootPrefix = 'boot/'

export type CardOptions = {
  readonly bundle: Bundle
  readonly boot: string
  readonly root: string
  /** The folder on the board that holds the bundles. */
  readonly folder: string
  readonly onProgress: OnProgress
}

const writeWhole = async (path: string, bytes: Uint8Array): Promise<void> => {
  await mkdir(dirname(path), { recursive: true })
  const file = await open(`${path}.new`, 'w')
  await file.writeFile(bytes)
  await file.sync()
  await file.close()
  await rename(`${path}.new`, path)
}

/** Installs a bundle on a mounted card; the one before it is kept in `previous`. Whether it says hello is seen when it runs. */
export const flashCard = async (options: CardOptions): Promise<Result<FilesOutcome>> => {
  const { bundle, boot, root, folder, onProgress } = options
  onProgress('check', 0, 0)
  if (!existsSync(join(boot, 'config.txt')) || !existsSync(join(root, 'etc')))
    return fail('flash/no-card', `${boot}, ${root}`)
  const [current, previous, next] = [places.current, places.previous, places.next].map((name) =>
    join(root, folder, name),
  ) as [string, string, string]
  try {
    // A flash that was cut off between its last two steps left the bundle before in the place of the one before that.
    if (!existsSync(current) && existsSync(previous)) await rename(previous, current)
    await rm(next, { recursive: true, force: true })
    await mkdir(next, { recursive: true })
    const placed = new Map<string, string>()
    let done = 0
    for (const [path, bytes] of bundle) {
      const to = path.startsWith(bootPrefix) ? join(boot, path.slice(bootPrefix.length)) : join(next, path)
      await writeWhole(to, bytes)
      placed.set(path, to)
      done += bytes.length
      onProgress('write', done, sizeOf(bundle))
    }
    onProgress('verify', 0, 0)
    const back = new Map<string, Uint8Array>()
    for (const [path, to] of placed) back.set(path, await readFile(to))
    if (sumsOf(back) !== sumsOf(bundle)) return fail('flash/verify-failed', next)
    await rm(previous, { recursive: true, force: true })
    if (existsSync(current)) await rename(current, previous)
    await rename(next, current)
    return ok({ chip: 'card', bytes: sizeOf(bundle), sha256: sha256Hex(Buffer.from(sumsOf(bundle))), hello: null })
  } catch (error) {
    return fail('flash/no-card', error instanceof Error ? error.message : String(error))
  }
}
