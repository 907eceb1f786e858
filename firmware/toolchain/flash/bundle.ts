import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import type { Result } from '../../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../../device-sdk/protocol/index.ts'
import { sha256Hex } from './protocol.ts'

/** The files of a bundle by their paths in it, `/` between folders. */
export type Bundle = ReadonlyMap<string, Uint8Array>

/** How a board with a file system keeps its bundles: the one that runs, the one before, the one that comes, one that failed. */
export const places = { current: 'current', previous: 'previous', next: 'next', failed: 'failed' }

/** @param path - a file, or a folder with all that is in it. Errors: flash/bad-image, flash/too-large. */
export const readBundle = async (path: string, bytesMax: number): Promise<Result<Bundle>> => {
  try {
    const found = await stat(path)
    if (found.isFile() && found.size <= bytesMax) return ok(new Map([[basename(path), await readFile(path)]]))
    if (found.isFile()) return fail('flash/too-large', `${path}: ${found.size} of ${bytesMax} bytes`)
    const files = new Map<string, Uint8Array>()
    let bytes = 0
    for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const file = join(entry.parentPath, entry.name)
      bytes += (await stat(file)).size
      if (bytes > bytesMax) return fail('flash/too-large', `${path}: over ${bytesMax} bytes`)
      files.set(relative(path, file), await readFile(file))
    }
    return files.size === 0 ? fail('flash/bad-image', `${path} holds no file`) : ok(files)
  } catch (error) {
    return fail('flash/bad-image', error instanceof Error ? error.message : String(error))
  }
}

/** As `sha256sum` prints it, sorted by path. */
export const sumsOf = (bundle: Bundle): string =>
  [...bundle]
    .map(([path, bytes]) => `${sha256Hex(bytes)}  ${path}\n`)
    .sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1))
    .join('')

export const sizeOf = (bundle: Bundle): number => [...bundle.values()].reduce((sum, { length }) => sum + length, 0)
