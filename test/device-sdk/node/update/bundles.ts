import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { BundleFile } from '../../../../device-sdk/protocol/index.ts'
import { packBundle } from '../../../../device-sdk/protocol/index.ts'
import { must } from '../../../gateway/harness.ts'

const root = new URL('../../../..', import.meta.url).pathname

/** What a device of these tests is. */
export const board = 'rpi-4'

type Behaviour = 'well' | 'crash' | 'silent'

/** As `hexfix build` writes it, as far as updates read it. */
const manifestOf = (firmware: number, behaviour: Behaviour = 'well', ofBoard = board): string =>
  JSON.stringify({ app: 'test', board: ofBoard, runtime: 'node', main: 'app.js', firmware, behaviour })

/** Every file names the firmware that it belongs to, so that a mixture is seen. */
export const smallBundle = (firmware: number, ofBoard = board): BundleFile[] => [
  { path: 'app.js', bytes: Buffer.from(`// ${firmware}\n`) },
  { path: 'build.json', bytes: Buffer.from(manifestOf(firmware, 'well', ofBoard)) },
  { path: 'lib/part.node', bytes: new Uint8Array(3_000).fill(firmware) },
]

export const packed = (files: readonly BundleFile[]): Uint8Array => must(packBundle(files))

/** The firmware of a folder, where all of it is there and of one version. */
export const wholeIn = (folder: string): number => {
  const firmware = Number(readFileSync(join(folder, 'app.js'), 'utf8').slice(3))
  for (const { path, bytes } of smallBundle(firmware)) {
    if (Buffer.compare(readFileSync(join(folder, path)), bytes) !== 0)
      throw new Error(`${folder}: ${path} is of another`)
  }
  return firmware
}

export const writeBundle = (folder: string, files: readonly BundleFile[]): void => {
  for (const { path, bytes } of files) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
}

/** Bundles a program of one file as a board has it: nothing is installed there. */
export const bundleProgram = async (source: string, outfile: string): Promise<void> => {
  await build({
    absWorkingDir: root,
    stdin: { contents: source, resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['serialport', 'johnny-five', 'modbus-serial', 'multicast-dns'],
    logLevel: 'error',
  })
}

/** A device with the host's sensor; its build.json says which firmware it is, and how it behaves. */
export const deviceApp = `
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleFirmware, hostSensor, runDevice } from './device-sdk/index.ts'

const { board, firmware, behaviour } = JSON.parse(readFileSync(join(__dirname, 'build.json'), 'utf8'))
const say = (event: object) => process.stdout.write(JSON.stringify({ by: firmware, ...event }) + '\\n')
const main = async () => {
  say({ event: 'app/started' })
  if (behaviour === 'crash') throw new Error('this firmware is broken')
  if (behaviour === 'silent') return void setInterval(() => {}, 1_000)
  const dir = process.env.HEXFIX_DEVICE ?? ''
  const device = await runDevice({ dir, sensor: hostSensor(), everyS: 1, firmware: bundleFirmware({ board, sequence: firmware }), onEvent: say })
  if (!device.ok) throw new Error(device.error.code)
  process.once('SIGTERM', () => void device.value.close().then(() => process.exit()))
}
void main()
`

/** The bundle of that device: one program for all, told apart by its build.json. */
export const writeDeviceBundle = (folder: string, app: string, firmware: number, behaviour?: Behaviour): void => {
  mkdirSync(folder, { recursive: true })
  copyFileSync(app, join(folder, 'app.js'))
  writeFileSync(join(folder, 'build.json'), manifestOf(firmware, behaviour))
}
