import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import type { Board, Catalog, Wire, Wiring } from '../../hardware/index.ts'
import { chooseWiring, drawBoard, leaveOut, readCatalog, wiresOf } from '../../hardware/index.ts'
import { packageRoot } from '../toolchain/build/sources.ts'
import type { Project } from './project.ts'
import { projectFile, projectSchemaText } from './project.ts'

export type ScaffoldOptions = {
  readonly folder: string
  readonly board?: string
  /** The id of a part. */
  readonly sensor?: string
  readonly app?: string
  readonly simulate: boolean
  readonly appSource: boolean
  readonly gateway?: string
  readonly hardware?: string
}
export type Wired = {
  readonly board: Board
  readonly wiring: Wiring
  /** Each part in words, by its ref. */
  readonly parts: { readonly [ref: string]: string }
  readonly wires: readonly Wire[]
}
export type Scaffold = {
  readonly project: Project
  /** Null where there is no board. */
  readonly wired: Wired | null
  readonly files: ReadonlyMap<string, string>
}

const schemaName = 'hexfix.schema.json'
const record = { name: 'weather.csv', app: 'weather-node', from: 'seattle-weather-hourly-normals.csv' }
const relayDir = '.hexfix/relay'
/** What a gateway and an owner of this machine keep, by the commands' defaults; a folder below goes on using it. */
const kept = { data: '.hexfix/gateway', ownerKey: '.hexfix/owner/owner.json' }

/** A compiler's settings, so that an editor finds the types of `hexfix:board`. */
const tsconfig = {
  compilerOptions: {
    target: 'es2022',
    module: 'esnext',
    moduleResolution: 'bundler',
    noEmit: true,
    skipLibCheck: true,
    types: [],
  },
}

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`

type Choice = Pick<Wired, 'board' | 'wiring'> & { readonly without: readonly string[] }

const choose = (catalog: Catalog, options: ScaffoldOptions): Result<Choice | null> => {
  const { board, app, sensor, simulate } = options
  if (board === undefined) {
    if (!simulate) return fail('cli/wrong-use', "required option '--board <name>' not specified")
    const known = [...catalog.wirings.values()].filter((one) => one.app === (app ?? record.app))
    const fits = known.some(({ parts }) => sensor === undefined || parts.some(({ part }) => part === sensor))
    return fits && (app ?? record.app) === record.app ? ok(null) : fail('project/no-record', sensor ?? app)
  }
  const chosen = chooseWiring(catalog, {
    board,
    ...(app === undefined && simulate && sensor === undefined ? { app: record.app } : {}),
    ...(app === undefined ? {} : { app }),
    ...(sensor === undefined ? {} : { sensor }),
  })
  if (!chosen.ok) return chosen
  if (simulate && chosen.value.wiring.app !== record.app)
    return fail('project/no-record', sensor ?? chosen.value.wiring.app)
  return ok(chosen.value)
}

/** One reading a report where energy is no question, so that the first one comes at once; what the board does without. */
const configOf = ({ board, wiring, without }: Choice): Record<string, unknown> => {
  const often = board.power.from === 'battery' || wiring.app === 'hotspot' ? {} : { everyS: 60, batch: 1 }
  return { ...often, ...(without.length === 0 ? {} : { without }) }
}

const projectOf = (options: ScaffoldOptions, choice: Choice | null): Project => {
  const { folder, simulate, appSource, gateway, hardware } = options
  const runtime = choice?.board.runtime
  const found = Object.entries(kept).filter(([, path]) => existsSync(path))
  const here = (path: string): string => relative(resolve(folder), resolve(path))
  return {
    $schema: `./${schemaName}`,
    schema: 1,
    name: basename(resolve(folder)),
    ...(choice === null ? {} : { app: choice.wiring.app, board: choice.board.id }),
    ...(appSource && choice !== null ? { source: 'app.ts' } : {}),
    config: choice === null ? { everyS: 10 } : configOf(choice),
    ...(hardware === undefined ? {} : { hardware: here(hardware) }),
    ...(simulate ? { simulate: record.name } : {}),
    ...(simulate || runtime === 'firmata' ? { local: true } : {}),
    ...(!simulate && runtime === 'espruino' ? { relayDir } : {}),
    ...Object.fromEntries(found.map(([name, path]) => [name, here(path)])),
    ...(gateway === undefined ? {} : { gateway }),
  }
}

const partWords = (wiring: Wiring, parts: Catalog['parts']): Wired['parts'] =>
  Object.fromEntries(
    wiring.parts.map(({ ref, part: id, address }) => {
      const part = parts.get(id)
      const at = address ?? part?.i2c?.addresses[0]
      return [ref, `${part?.name ?? id}${at === undefined ? '' : `, address ${at}`}`]
    }),
  )

const sourceFiles = (app: string): [string, string][] => {
  const read = (name: string): string => readFileSync(join(packageRoot(), 'firmware/apps', name), 'utf8')
  return [
    ['app.ts', read(`${app}.ts`)],
    ['hexfix-board.d.ts', read('board.d.ts')],
    ['tsconfig.json', json(tsconfig)],
  ]
}

/**
 * What the folder of a new project holds; nothing is written. Errors: cli/wrong-use, project/no-record, those of the catalog and of
 * `chooseWiring`.
 */
export const scaffold = (options: ScaffoldOptions): Result<Scaffold> => {
  const catalog = readCatalog(options.hardware)
  if (!catalog.ok) return catalog
  const { parts } = catalog.value
  const choice = choose(catalog.value, options)
  if (!choice.ok) return choice
  const project = projectOf(options, choice.value)
  const files = new Map<string, string>([['.gitignore', '.hexfix/\nbuild/\n']])
  let wired: Wired | null = null
  if (choice.value !== null) {
    const { board, without } = choice.value
    const wiring = leaveOut(choice.value.wiring, without)
    wired = { board, wiring, parts: partWords(wiring, parts), wires: wiresOf(wiring, board, parts) }
    files.set('wiring.svg', drawBoard(board, { wiring, parts }))
    if (options.appSource) for (const [name, text] of sourceFiles(wiring.app)) files.set(name, text)
  }
  if (options.simulate) {
    files.set(record.name, readFileSync(join(packageRoot(), 'device-sdk/sensors/records', record.from), 'utf8'))
  }
  files.set(schemaName, projectSchemaText())
  // Last, so that a folder which is not whole is no project.
  return ok({ project, wired, files: files.set(projectFile, json(project)) })
}

/** Writes the files into a folder that is new or empty. Errors: project/not-empty, project/unwritable. */
export const writeScaffold = async (folder: string, files: ReadonlyMap<string, string>): Promise<Result<null>> => {
  try {
    // Its parents have to be there: a slip of the pen makes no tree.
    await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    if ((await readdir(folder)).length > 0) return fail('project/not-empty', folder)
    for (const [name, text] of files) await writeFile(join(folder, name), text, { flag: 'wx' })
    return ok(null)
  } catch (error) {
    return fail('project/unwritable', error instanceof Error ? error.message : folder)
  }
}
