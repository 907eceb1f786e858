import { join, relative } from 'node:path'
import { batteryRefusal, bootLock, combTable, firmwareFile, spareBytes } from '../../../device-sdk/espruino/index.ts'
import { codeBase64, tableBase64 } from '../../../device-sdk/espruino/native/blob.ts'
import type { Result } from '../../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../../device-sdk/protocol/index.ts'
import type { Board, Connection } from '../../../hardware/index.ts'
import { bundleForEspruino, checkBundle } from '../../espruino-profile/index.ts'
import { boardPlugin } from './board-plugin.ts'
import type { AppConfig } from './config.ts'
import type { EspruinoParts } from './espruino-drivers.ts'
import { espruinoParts } from './espruino-drivers.ts'
import { literal } from './literal.ts'
import { type Signer, variablesFor, variablesOf } from './memory.ts'
import { roomsOf } from './rooms.ts'
import { packageRoot } from './sources.ts'

export type EspruinoBuild = {
  readonly app: string
  readonly source: string
  readonly board: Board
  readonly connections: readonly Connection[]
  readonly config: AppConfig
  readonly firmware: number
  readonly dev: boolean
}
export type EspruinoBundle = {
  readonly files: Map<string, Uint8Array>
  readonly rooms: { readonly [room: string]: number }
  /** The name in the board's Storage of each file, in the order in which they are written: what locks the console comes last. */
  readonly storage: { readonly [file: string]: string }
  /** Why it takes no updates over its line; null where it does. */
  readonly noUpdates: string | null
  /** Bytes of flash that it takes, with what it will store. */
  readonly flashBytes: number
  /** Variables of the interpreter that it takes at the most, by an estimate, and may take. */
  readonly variables: number
  readonly variablesMax: number
}

const main = 'app.js'
/** What the outbox gets where nobody says otherwise: as much of this as there is room for. */
const outboxBytesMax = 16_384
const outboxBytesMin = 1_024
const outboxStep = 512
/** Key, boot counter, trust, last command, and their heads. */
const stateBytes = 1_024
/** Espruino, JsfFileHeader: size, flags and a name of 28 bytes. */
const headBytes = 32
/** One message of a board holds as many readings. */
const batchMax = 60
const findingsShown = 5
const chooser = 'chooser.js'
const nameInStorage: { readonly [file: string]: string } = { [main]: '.bootcde', 'boot0.js': '.boot0' }
/** With two places for the program: it lies in the first one, and what starts is the chooser. */
const nameInPlaces: { readonly [file: string]: string } = {
  ...nameInStorage,
  [chooser]: '.bootcde',
  [main]: firmwareFile(0),
}
/** By so much the next program may be larger than this one. */
const growthBytes = 1_024

const signerOf = (board: Board): Signer => (board.keys.nativeSigner ? 'native' : 'javascript')

const signerFiles = (signer: Signer): [string, Uint8Array][] =>
  signer === 'native'
    ? [
        ['hexfix.code', Buffer.from(codeBase64, 'base64')],
        ['hexfix.table', Buffer.from(tableBase64, 'base64')],
      ]
    : [['hexfix.tab', combTable()]]

/** The module `hexfix:board` of a build: the parts that are wired, each on its port, under the loop of small boards. */
const boardModule = (
  root: string,
  line: string,
  signer: Signer,
  loop: object,
  parts: EspruinoParts,
  hasPlaces: boolean,
  hasWifi: boolean,
): string => {
  const { imports, ports, makers, sensors } = parts
  const from = (path: string): string => JSON.stringify(join(root, path))
  const crypto = `${signer}Crypto`
  // The network first: it needs nobody to carry. The line stays for those who provision.
  const links = [
    ...(hasWifi ? [`wifiLink(${hasPlaces ? 'fetchPiece' : 'null'})`] : []),
    `lineLink(${JSON.stringify(line)})`,
  ]
  return [
    `import { lineLink } from ${from('device-sdk/espruino/loop/line.ts')}`,
    `import { ${crypto} } from ${from(`device-sdk/espruino/loop/${signer}-crypto.ts`)}`,
    `import { ${[...makers, 'boardSensor'].join(', ')} } from ${from('device-sdk/espruino/ports.ts')}`,
    `import { reportOn } from ${from('firmware/runtime/espruino.ts')}`,
    ...(hasWifi ? [`import { wifiLink } from ${from('device-sdk/espruino/wifi/link.ts')}`] : []),
    ...(hasWifi && hasPlaces ? [`import { fetchPiece } from ${from('device-sdk/espruino/wifi/fetch-piece.ts')}`] : []),
    ...(hasPlaces ? [`import { firmwarePlaces } from ${from('device-sdk/espruino/update/places.ts')}`] : []),
    ...[...imports].map(([name, file]) => `import { ${name} } from ${from(`device-sdk/sensors/parts/${file}.ts`)}`),
    ...[...ports].map(([name, makes]) => `const port${name} = ${makes}`),
    `const wired = { ${[...sensors].map(([ref, makes]) => `${JSON.stringify(ref)}: ${makes}`).join(', ')} }`,
    'export const sensor = (ref) => wired[ref] === undefined ? null : wired[ref]',
    `export const report = reportOn(${literal(loop)}, ${crypto}(), [${links.join(', ')}]${hasPlaces ? ', firmwarePlaces' : ''})`,
  ].join('\n')
}

const checked = (code: string, map: string, root: string): Result<null> => {
  const findings = checkBundle(code, map, main)
  if (findings.length === 0) return ok(null)
  const shown = findings.slice(0, findingsShown).map(({ file, line, column, what, why }) => {
    const path = file.startsWith('/') ? relative(root, file) : file
    return `${path}:${line}:${column}: ${what}: ${why}`
  })
  const more = findings.length - shown.length
  return fail('build/espruino', [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; '))
}

/** Bytes of flash that files and state take, without the outbox. */
const weightOf = (files: ReadonlyMap<string, Uint8Array>): number =>
  [...files.values()].reduce((bytes, { length }) => bytes + length + headBytes, stateBytes)

/** What the configuration of a small board may not be, though its form is right. Errors: build/bad-config, build/battery. */
const fits = ({ board, config }: EspruinoBuild, signer: Signer, batch: number): Result<null> => {
  if (batch > batchMax) return fail('build/bad-config', `batch: at most ${batchMax} on ${board.id}`)
  if (Object.keys(config.sensors ?? {}).length > 0) return fail('build/bad-config', `sensors: not on ${board.id}`)
  const { power = board.power.from ?? 'mains', everyS = 60 } = config
  const refusal = batteryRefusal({ power, signer, batchS: batch * everyS })
  return refusal === null ? ok(null) : fail('build/battery', refusal)
}

/** Bytes of flash that an update needs besides: a place for the next program, and what the board keeps free beside it. */
const secondPlaceBytes = (program: Uint8Array): number => program.length + growthBytes + headBytes + spareBytes

const chooserFile = async (root: string): Promise<[string, Uint8Array]> => {
  const { code } = await bundleForEspruino(join(root, 'device-sdk/espruino/update/bundle-entry.ts'), { root })
  return [chooser, Buffer.from(code)]
}

/** @param hasPlaces - with two places for the program, for updates over the line. */
const buildOne = async (options: EspruinoBuild, hasPlaces: boolean): Promise<Result<EspruinoBundle>> => {
  const { app, source, board, connections, config, firmware, dev } = options
  const { espruino } = board
  if (espruino === undefined) return fail('build/no-driver', `${board.id} does not say what Espruino calls its parts`)
  const signer = signerOf(board)
  const { everyS = 60, batch = batchMax, outboxBytes } = config
  const fit = fits(options, signer, batch)
  if (!fit.ok) return fit
  const parts = espruinoParts(connections, config, board)
  if (parts.unknown.length > 0) return fail('build/no-driver', parts.unknown.join(', '))
  const root = packageRoot()
  const { line, button, random } = espruino
  const before = [...signerFiles(signer), ...(hasPlaces ? [await chooserFile(root)] : [])]
  const lock: [string, Uint8Array][] = dev ? [] : [['boot0.js', Buffer.from(bootLock({ ...button, line }))]]
  const { budgetBytes } = board.build
  // The size of the outbox stands in the bundle, in digits: it changes the weight by a few bytes.
  let outbox = outboxBytes ?? outboxBytesMax
  for (;;) {
    const loop = { app, board: board.id, firmware, everyS, batch, random, outboxBytes: outbox, open: dev }
    const plugins = [boardPlugin(boardModule(root, line, signer, loop, parts, hasPlaces, config.link === 'wifi'), root)]
    const { code, plain, metafile } = await bundleForEspruino(source, {
      root,
      plugins,
      shortNames: true,
      atRoot: !hasPlaces,
    })
    const program = Buffer.from(code)
    const files = new Map<string, Uint8Array>([...before, [main, program], ...lock])
    const weight = weightOf(files) + (hasPlaces ? secondPlaceBytes(program) : 0)
    if (weight + outbox <= budgetBytes) {
      const variables = variablesOf({ code, signer, batch, columns: parts.columns, around: hasPlaces ? 3 : 0 })
      const variablesMax = variablesFor(espruino.variables)
      if (variables > variablesMax)
        return fail('build/over-budget', `${variables} of ${variablesMax} variables of memory`)
      const good = checked(plain.code, plain.map, root)
      if (!good.ok) return good
      const names = hasPlaces ? nameInPlaces : nameInStorage
      const storage = Object.fromEntries([...files.keys()].map((file) => [file, names[file] ?? file]))
      return ok({
        files,
        rooms: roomsOf(metafile, 'bundle.js', program.length),
        storage,
        noUpdates: null,
        flashBytes: weight + outbox,
        variables,
        variablesMax,
      })
    }
    const smaller = Math.floor((budgetBytes - weight) / outboxStep) * outboxStep
    if (outboxBytes !== undefined || smaller < outboxBytesMin || smaller >= outbox) {
      const least = outboxBytes ?? outboxBytesMin
      return fail('build/over-budget', `${weight + least} of ${budgetBytes} bytes of flash`)
    }
    outbox = smaller
  }
}

/**
 * A bundle for Espruino with the files of its signer and the lock of its console; with two places for the program where the flash has
 * room for that, so that it can be updated over its line.
 * Errors: build/bad-config, build/battery, build/no-driver, build/espruino, build/over-budget; rejects with esbuild's own.
 */
export const buildForEspruino = async (options: EspruinoBuild): Promise<Result<EspruinoBundle>> => {
  const updatable = await buildOne(options, true)
  if (updatable.ok || updatable.error.code !== 'build/over-budget') return updatable
  const once = await buildOne(options, false)
  if (!once.ok) return once
  return ok({ ...once.value, noUpdates: `two programs do not fit: ${updatable.error.detail}` })
}
