import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { BuildFailure } from 'esbuild'
import type { Result } from '../../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../../device-sdk/protocol/index.ts'
import type { Board, Catalog } from '../../../hardware/index.ts'
import { checkWiring, connectionsOf, leaveOut, readCatalog, wiringsOf } from '../../../hardware/index.ts'
import { sumsOf } from '../flash/bundle.ts'
import { sha256Hex } from '../flash/protocol.ts'
import { type AppConfig, readConfig, readConfigFile } from './config.ts'
import { buildForEspruino, type EspruinoBundle } from './espruino.ts'
import { type Bundled, buildForLinux } from './linux.ts'
import { linuxSpecs } from './linux-drivers.ts'
import { type BuildManifest, manifestName } from './manifest.ts'
import { packageRoot } from './sources.ts'

export type BuildOptions = {
  /** The name of an application that came with this program, or the path of a source that ends in `.ts`. */
  readonly app: string
  /** Its source, where that is not the one that came with this program. */
  readonly source?: string
  readonly board: string
  /** What is chosen, or the path of a JSON file that says it. */
  readonly config?: string | Readonly<Record<string, unknown>>
  readonly firmware: number
  readonly dev: boolean
  /** A folder with boards, parts and wirings on top of the shipped ones. */
  readonly hardware?: string
}
export type Built = { readonly manifest: BuildManifest; readonly files: ReadonlyMap<string, Uint8Array> }

/** What the board itself runs where that is not ours: StandardFirmata 2.5 for the Uno, as avrgirl-arduino 5.0.1 carries it. */
const firmataImage = {
  name: 'StandardFirmata.hex',
  sha256: '6d57ea7cf30e26c9c2f3a01ee37907d2c951f8bc9c27f84dddad12fa9c8b8f36',
}

type Source = { readonly name: string; readonly source: string }

const ownSource = (name: string, path: string): Result<Source> => {
  const source = resolve(path)
  return existsSync(source) ? ok({ name, source }) : fail('build/unknown-app', `${path} is not there`)
}

const sourceOf = ({ app, source }: BuildOptions): Result<Source> => {
  if (app.endsWith('.ts')) return ownSource(basename(dirname(resolve(app))), app)
  if (!/^[a-z0-9-]+$/.test(app)) return fail('build/unknown-app', app)
  if (source !== undefined) return ownSource(app, source)
  const shipped = join(packageRoot(), 'firmware/apps', `${app}.ts`)
  return existsSync(shipped) ? ok({ name: app, source: shipped }) : fail('build/unknown-app', app)
}

type Wired = { readonly board: Board; readonly connections: ReturnType<typeof connectionsOf> }

const wiredFor = (catalog: Catalog, app: string, id: string, { without = [] }: AppConfig): Result<Wired> => {
  const board = catalog.boards.get(id)
  if (board === undefined)
    return fail('hardware/board-unknown', `${id}; known are ${[...catalog.boards.keys()].join(', ')}`)
  const whole = wiringsOf(catalog, id).find((one) => one.app === app)
  if (whole === undefined) return fail('hardware/wiring-unknown', `${app} on ${id}`)
  const refs = whole.parts.map(({ ref }) => ref)
  const stranger = without.find((ref) => !refs.includes(ref))
  if (stranger !== undefined) return fail('build/bad-config', `without: ${stranger}; there are ${refs.join(', ')}`)
  const wiring = leaveOut(whole, without)
  if (wiring.parts.length === 0) return fail('build/bad-config', 'without: no part is left')
  const [wrong] = checkWiring(wiring, board, catalog.parts)
  return wrong === undefined
    ? ok({ board, connections: connectionsOf(wiring, board, catalog.parts) })
    : { ok: false, error: wrong }
}

const manifestOf = (
  options: BuildOptions,
  name: string,
  board: Board,
  main: string,
  { files, rooms, flashBytes, storage, noUpdates = null, variables, variablesMax }: Bundle,
): BuildManifest => ({
  schema: 1,
  app: name,
  board: board.id,
  runtime: board.runtime,
  firmware: options.firmware,
  main,
  dev: options.dev,
  ...(board.runtime === 'firmata' ? { image: firmataImage } : {}),
  files: Object.fromEntries(
    [...files]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, bytes]) => [path, { bytes: bytes.length, sha256: sha256Hex(bytes) }]),
  ),
  rooms,
  ...(storage === undefined ? {} : { storage }),
  ...(noUpdates === null ? {} : { noUpdates }),
  ...(flashBytes === undefined ? {} : { flashBytes, flashBytesMax: board.build.budgetBytes }),
  ...(variables === undefined ? {} : { variables, variablesMax }),
})

/**
 * Builds an application for a board: the same bytes for the same sources and configuration, wherever and whenever.
 * Errors: build/unknown-app, build/bad-config, build/no-driver, build/failed, build/over-budget, build/espruino, those of the catalog and
 * of the check of its wiring.
 */
export const buildApp = async (options: BuildOptions): Promise<Result<Built>> => {
  const app = sourceOf(options)
  if (!app.ok) return app
  const { name, source } = app.value
  const catalog = readCatalog(options.hardware)
  if (!catalog.ok) return catalog
  const { config: chosen = {} } = options
  const config = typeof chosen === 'string' ? await readConfigFile(name, chosen) : readConfig(name, chosen)
  if (!config.ok) return config
  const wired = wiredFor(catalog.value, name, options.board, config.value)
  if (!wired.ok) return wired
  const { board, connections } = wired.value
  if (config.value.link === 'wifi' && board.espruino?.wifi !== true) {
    return fail('build/bad-config', `link: no module Wifi in the firmware of ${board.id}`)
  }
  const { firmware, dev } = options
  const bundled = await bundle({ name, source, board, connections, config: config.value, firmware, dev })
  if (!bundled.ok) return bundled
  const manifest = manifestOf(options, name, board, 'app.js', bundled.value)
  return ok({ manifest, files: bundled.value.files })
}

type Job = Wired & {
  readonly name: string
  readonly source: string
  readonly config: AppConfig
  readonly firmware: number
  readonly dev: boolean
}
type Bundle = Bundled &
  Partial<Pick<EspruinoBundle, 'flashBytes' | 'storage' | 'noUpdates' | 'variables' | 'variablesMax'>>

/** What esbuild says first, with the line that it is about. */
const buildFailure = (error: unknown): Result<never> => {
  const [first] = (error as Partial<BuildFailure>).errors ?? []
  if (first === undefined) throw error
  const { location, text } = first
  return fail(
    'build/failed',
    location === null ? text : `${location.file}:${location.line}:${location.column + 1}: ${text}`,
  )
}

const bundleSmall = (job: Job): Promise<Result<Bundle>> =>
  buildForEspruino({ ...job, app: job.name }).catch(buildFailure)

const bundle = async (job: Job): Promise<Result<Bundle>> => {
  const { name, source, board, connections, config, firmware } = job
  if (board.runtime === 'espruino') return bundleSmall(job)
  const { specs, unknown } = linuxSpecs(connections, config, board.runtime)
  if (unknown.length > 0) return fail('build/no-driver', unknown.join(', '))
  const bundled = await buildForLinux({ app: name, source, board, config, specs, firmware }).catch(buildFailure)
  if ('ok' in bundled) return bundled
  const sums = Buffer.from(sumsOf(bundled.files))
  bundled.files.set('sums', sums)
  return ok(bundled)
}

/** Writes a build whole or not at all, in the place of an earlier one. Errors: build/not-a-build, build/unwritable. */
export const writeBuild = async ({ manifest, files }: Built, out: string): Promise<Result<null>> => {
  const folder = resolve(out)
  const draft = `${folder}.new`
  try {
    const there = existsSync(folder) ? await readdir(folder) : []
    if (there.length > 0 && !there.includes(manifestName)) return fail('build/not-a-build', folder)
    await rm(draft, { recursive: true, force: true })
    await mkdir(draft, { recursive: true })
    for (const [path, bytes] of files) await writeFile(join(draft, path), bytes)
    await writeFile(join(draft, manifestName), `${JSON.stringify(manifest, null, 2)}\n`)
    await rm(folder, { recursive: true, force: true })
    await rename(draft, folder)
    return ok(null)
  } catch (error) {
    return fail('build/unwritable', error instanceof Error ? error.message : folder)
  }
}
