import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { z } from 'zod'
import type { Console } from '../../bin/console/index.ts'
import type { BundleFile, Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok, packBundle, releaseBytesMax } from '../../device-sdk/protocol/index.ts'
import type { Document } from './local-api.ts'
import { askGateway } from './local-api.ts'

type Options = { readonly data: string; readonly board?: string; readonly firmware?: number }
type Found = { readonly board: string; readonly firmware: number; readonly bytes: Uint8Array }

/** Of what `hexfix build` writes of a build, what a release needs. */
const manifestFile = 'build.json'
const manifest = z.object({
  board: z.string(),
  firmware: z.int().min(0),
  runtime: z.enum(['node', 'espruino']),
  main: z.string(),
  noUpdates: z.string().optional(),
})

const filesIn = (folder: string): BundleFile[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile()) return []
    const file = join(entry.parentPath, entry.name)
    return [{ path: relative(folder, file).split(sep).join('/'), bytes: readFileSync(file) }]
  })

/** For Linux all of the folder, packed; for a small board the image alone. */
const readBuild = (folder: string): Result<Found> => {
  const parsed = manifest.safeParse(JSON.parse(readFileSync(join(folder, manifestFile), 'utf8')))
  if (!parsed.success) return fail('release/unreadable', `${join(folder, manifestFile)} is of another form`)
  const { board, firmware, runtime, main, noUpdates } = parsed.data
  if (noUpdates !== undefined) return fail('release/not-possible', `${board}: ${noUpdates}`)
  if (runtime === 'espruino') return ok({ board, firmware, bytes: readFileSync(join(folder, main)) })
  const packed = packBundle(filesIn(folder))
  return packed.ok ? ok({ board, firmware, bytes: packed.value }) : packed
}

const read = (path: string, { board, firmware }: Options): Result<Found> => {
  try {
    if (statSync(path).isDirectory()) return readBuild(path)
    if (board === undefined || firmware === undefined)
      return fail('release/unreadable', `${path} says no board and firmware`)
    return ok({ board, firmware, bytes: readFileSync(path) })
  } catch (error) {
    return fail('release/unreadable', error instanceof Error ? error.message : String(error))
  }
}

const add = async (path: string, options: Options): Promise<Result<Document>> => {
  const found = read(path, options)
  if (!found.ok) return found
  const { board, firmware, bytes } = found.value
  if (bytes.length > releaseBytesMax) return fail('release/too-large', `${bytes.length} bytes`)
  const query = new URLSearchParams({ board, firmware: String(firmware) })
  return askGateway(options.data, 'POST', `/v1/releases?${query}`, bytes)
}

const line = ({ board, firmware, size, sha256 }: Document): string =>
  `${String(board).padEnd(16)}  firmware ${String(firmware).padEnd(6)}  ${String(size).padStart(9)} bytes  sha256 ${String(sha256)}`

export const releaseAdd = async (path: string, options: Options, console: Console): Promise<void> => {
  console.finish(await add(path, options), (release) => [
    line(release),
    `next: hexfix devices update KID --release ${String(release.firmware)}`,
  ])
}

export const releaseList = async ({ data }: Pick<Options, 'data'>, console: Console): Promise<void> => {
  console.finish(await askGateway(data, 'GET', '/v1/releases'), ({ releases }) => {
    const list = Array.isArray(releases) ? (releases as Document[]) : []
    return list.length === 0 ? ['no releases yet: hexfix gw release add FOLDER'] : list.map(line)
  })
}
