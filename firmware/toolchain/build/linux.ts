import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Plugin } from 'esbuild'
import { build } from 'esbuild'
import type { Board } from '../../../hardware/index.ts'
import { boardPlugin } from './board-plugin.ts'
import type { AppConfig } from './config.ts'
import type { Specs } from './linux-drivers.ts'
import { kindsOf } from './linux-drivers.ts'
import { roomsOf } from './rooms.ts'
import { packageRoot, tsconfigRaw } from './sources.ts'
import { unitName, unitText } from './unit.ts'

export type LinuxBuild = {
  readonly app: string
  /** The path of the application's source. */
  readonly source: string
  readonly board: Board
  readonly config: AppConfig
  readonly specs: Specs
  readonly firmware: number
}
export type Bundled = { readonly files: Map<string, Uint8Array>; readonly rooms: { readonly [room: string]: number } }

const main = 'app.js'
/** Of the prebuilt files of @serialport/bindings-cpp, the one for each processor; armv6 code runs on every arm. */
const serialBinaries = {
  arm: 'linux-arm/@serialport+bindings-cpp.armv6.glibc.node',
  arm64: 'linux-arm64/@serialport+bindings-cpp.armv8.glibc.node',
  x64: 'linux-x64/@serialport+bindings-cpp.glibc.node',
}

const tenths = (value: number): number => Math.round(value * 10)

/** The module `hexfix:board` of a build: what is wired, how it is opened, and no more code than that needs. */
const boardModule = (root: string, { app, board, config, specs, firmware }: LinuxBuild): string => {
  const { everyS = 60, batch = 1, radio } = config
  const kinds = kindsOf(specs)
  const from = (path: string): string => JSON.stringify(join(root, path))
  const facts = JSON.stringify({ app, board: board.id, firmware, everyS, batch, specs })
  const { region, gainDbi = 0, cableLossDb = 0, beaconEveryS } = config
  const air = { radio, region, gainDdbi: tenths(gainDbi), lossDdb: tenths(cableLossDb), beaconEveryS }
  return [
    `import { linuxBoard } from ${from('firmware/runtime/linux.ts')}`,
    ...kinds.map((kind) => `import { ${kind} } from ${from(`device-sdk/sensors/kinds/${kind}.ts`)}`),
    ...(radio === undefined ? [] : [`import { openRadio } from ${from('device-sdk/radios/index.ts')}`]),
    `const board = linuxBoard({ ...${facts}, kinds: [${kinds.join(', ')}] }, ${
      radio === undefined ? 'null' : `{ ...${JSON.stringify(air)}, openRadio }`
    })`,
    'export const { sensor, report, hotspot } = board',
  ].join('\n')
}

/** serialport looks for its binary in node_modules; here it lies beside the bundle. */
const serialPlugin: Plugin = {
  name: 'serialport',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^node-gyp-build$/ }, () => ({ path: 'binary', namespace: 'serialport' }))
    onLoad({ filter: /.*/, namespace: 'serialport' }, () => ({
      contents:
        'module.exports = () => require(require("node:path").join(__dirname, "serialport-" + process.arch + ".node"))',
      loader: 'js',
    }))
  },
}

/** johnny-five as the package carries it, so that a clone and an installed package build the same. */
const johnnyFivePlugin = (root: string): Plugin => ({
  name: 'johnny-five',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^johnny-five(\/lib\/sip\.js)?$/ }, ({ path }) => ({ path, namespace: 'johnny-five' }))
    onLoad({ filter: /.*/, namespace: 'johnny-five' }, ({ path }) => ({
      contents: `module.exports = require("./dist/johnny-five.cjs").${path === 'johnny-five' ? 'main' : 'sip'}`,
      loader: 'js',
      resolveDir: root,
    }))
  },
})

const serialFiles = async (board: Board): Promise<[string, Uint8Array][]> => {
  const bindings = dirname(createRequire(import.meta.url).resolve('@serialport/bindings-cpp/package.json'))
  const archs = board.build.arch ?? []
  return Promise.all(
    archs.map(
      async (arch): Promise<[string, Uint8Array]> => [
        `serialport-${arch}.node`,
        await readFile(join(bindings, 'prebuilds', serialBinaries[arch])),
      ],
    ),
  )
}

/** What starts the application, takes updates and goes back where one fails: it stays as it was flashed. */
const launcher = async (root: string): Promise<Uint8Array> => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [join(root, 'device-sdk/node/update/launcher.ts')],
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    tsconfigRaw,
    logLevel: 'silent',
  })
  return outputFiles[0]?.contents ?? new Uint8Array()
}

/** One file for Node with everything that it needs, the binary of serialport where it is used, the unit and the scripts. */
export const buildForLinux = async (options: LinuxBuild): Promise<Bundled> => {
  const root = packageRoot()
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [options.source],
    outfile: main,
    write: false,
    bundle: true,
    // CommonJS, so that a folder without package.json runs it on every Node.
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minify: true,
    charset: 'utf8',
    tsconfigRaw,
    metafile: true,
    legalComments: 'none',
    logLevel: 'silent',
    // debug asks for it and does without: it is there where something else brought it.
    external: ['supports-color'],
    plugins: [boardPlugin(boardModule(root, options), root), serialPlugin, johnnyFivePlugin(root)],
  })
  const files = new Map<string, Uint8Array>([[main, outputFiles[0]?.contents ?? new Uint8Array()]])
  const rooms = roomsOf(metafile, main)
  if (rooms['@serialport/bindings-cpp'] !== undefined) {
    for (const [name, bytes] of await serialFiles(options.board)) files.set(name, bytes)
  }
  files.set('launcher.mjs', await launcher(root))
  files.set(unitName, Buffer.from(unitText(options.app, options.board, options.specs)))
  for (const name of ['install.sh', 'uninstall.sh']) {
    files.set(name, await readFile(join(root, 'firmware/linux', name)))
  }
  return { files, rooms }
}
