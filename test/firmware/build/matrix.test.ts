import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkBundle } from '../../../firmware/espruino-profile/index.ts'
import type { Built } from '../../../firmware/toolchain/build/build.ts'
import { buildApp, writeBuild } from '../../../firmware/toolchain/build/build.ts'
import { readManifest } from '../../../firmware/toolchain/build/manifest.ts'
import { variablesFor } from '../../../firmware/toolchain/build/memory.ts'
import { sha256Hex } from '../../../firmware/toolchain/flash/protocol.ts'
import { readCatalog } from '../../../hardware/index.ts'
import { roomy, roomyBoard } from '../../emulators/small-board/roomy.ts'

const catalog = readCatalog()
if (!catalog.ok) throw new Error(catalog.error.detail)
const { boards, wirings } = catalog.value
const pairs = [...wirings.values()].flatMap(({ app, boards: ids }) => ids.map((board) => [app, board] as const))

const folder = mkdtempSync(join(tmpdir(), 'hexfix-build-'))
afterAll(() => rmSync(folder, { recursive: true }))

const build = async (app: string, board: string, more: object = {}): Promise<Built> => {
  const built = await buildApp({ app, board, firmware: 7, dev: false, ...more })
  if (!built.ok) throw new Error(`${app} on ${board}: ${built.error.code} ${built.error.detail}`)
  return built.value
}
/** As it came with the first of its two builds in the matrix. */
const builds = new Map<string, Built>()
const ofMatrix = async (app: string, board: string): Promise<Built> =>
  builds.get(`${app} ${board}`) ?? (await build(app, board))
const codeOf = async (app: string, board: string, config: object, more: object = {}): Promise<string> => {
  const file = join(folder, 'config.json')
  writeFileSync(file, JSON.stringify(config))
  const built = await buildApp({ app, board, firmware: 0, dev: false, config: file, ...more })
  return built.ok ? 'built' : `${built.error.code} ${built.error.detail}`
}
const text = ({ files }: Built, name: string): string => Buffer.from(files.get(name) ?? []).toString('utf8')

/** Variables that a program took at the most on a 32-bit Espruino, 60 readings in a report: docs/building.md, "Memory". */
const measuredMost = [
  ['weather-node', 'puckjs', 1_948],
  ['energy-meter', 'puckjs', 1_893],
  ['air-node', 'espruino-pico', 2_097],
  ['tracker', 'espruino-pico', 2_209],
] as const

describe('every application on every board that its wirings allow', () => {
  it('covers every board and every application', () => {
    expect(new Set(pairs.map(([, board]) => board))).toEqual(new Set(boards.keys()))
    expect(pairs.length).toBeGreaterThan(25)
  })

  it.each(pairs)(
    '%s for %s is built within the budget, twice to the same bytes, with nothing of this machine',
    async (app, id) => {
      const built = await build(app, id)
      builds.set(`${app} ${id}`, built)
      const { manifest, files } = built
      expect(manifest).toMatchObject({ app, board: id, firmware: 7, main: 'app.js', dev: false })
      expect(Object.keys(manifest.files).sort()).toEqual([...files.keys()].sort())
      for (const [name, bytes] of files)
        expect(manifest.files[name]).toEqual({ bytes: bytes.length, sha256: sha256Hex(bytes) })
      const board = boards.get(id)
      const sum = [...files.values()].reduce((total, { length }) => total + length, 0)
      if (board?.espruino !== undefined) {
        expect(manifest.variablesMax).toBe(variablesFor(board.espruino.variables))
        expect(manifest.variables).toBeLessThanOrEqual(manifest.variablesMax ?? 0)
      }
      if (board?.runtime !== 'firmata') expect(sum).toBeLessThan(board?.build.budgetBytes ?? 0)
      const main = text(built, 'app.js')
      // The link over WiFi is only where it is asked for.
      if (board?.runtime === 'espruino') expect(main).not.toContain('CONNACK')
      const again = await build(app, id)
      expect(again.manifest).toEqual(manifest)
      for (const trace of [process.cwd(), tmpdir(), process.env.HOME ?? '/root', String(new Date().getFullYear())])
        expect(main.includes(`${trace}/`)).toBe(false)
      const rooms = Object.values(manifest.rooms).reduce((total, bytes) => total + bytes, 0)
      expect(rooms).toBeGreaterThan(0.9 * (files.get('app.js')?.length ?? 0))
      expect(rooms).toBeLessThanOrEqual(files.get('app.js')?.length ?? 0)
    },
  )
})

const joining = pairs.filter(([, id]) => boards.get(id)?.espruino?.wifi === true)

describe('every application on every board that can join a network', () => {
  it('is on an Espruino WiFi and an ESP32', () => {
    expect(new Set(joining.map(([, id]) => id))).toEqual(new Set(['espruino-wifi', 'esp32-devkitc']))
  })

  it.each(joining)('%s for %s has its link over WiFi within the budget', async (app, id) => {
    const config = join(folder, `${app}-${id}.json`)
    writeFileSync(config, JSON.stringify({ link: 'wifi' }))
    const joined = await build(app, id, { config })
    expect(checkBundle(text(joined, 'app.js'))).toEqual([])
    expect(joined.manifest.flashBytes).toBeLessThanOrEqual(joined.manifest.flashBytesMax ?? 0)
    expect(text(joined, 'app.js')).toContain('CONNACK')
  })
})

describe('a build for Espruino', () => {
  it('passes the profile, with its signer and the lock of its console, which is written last', async () => {
    const inPlaces = [
      ['chooser.js', '.bootcde'],
      ['app.js', 'hexfix.app0'],
    ]
    for (const [board, signer, program] of [
      ['espruino-wifi', ['hexfix.code', 'hexfix.table'], [['app.js', '.bootcde']]],
      ['esp32-devkitc', ['hexfix.tab'], inPlaces],
    ] as const) {
      const built = await ofMatrix('weather-node', board)
      expect(checkBundle(text(built, 'app.js'))).toEqual([])
      expect(Object.entries(built.manifest.storage ?? {})).toEqual([
        ...signer.map((name) => [name, name]),
        ...program,
        ['boot0.js', '.boot0'],
      ])
      expect(text(built, 'boot0.js')).toContain('E.lockConsole()')
      expect(built.manifest.flashBytes).toBeLessThanOrEqual(built.manifest.flashBytesMax ?? 0)
    }
  })

  it('says how much of its memory it takes, and more than was measured', async () => {
    for (const [app, board, measured] of measuredMost) {
      const { variables = 0 } = (await ofMatrix(app, board)).manifest
      expect(variables).toBeGreaterThan(measured)
      expect(variables).toBeLessThan(1.3 * measured)
    }
  })

  it('is refused where it takes more memory than the board has', async () => {
    const small = join(folder, 'small-hardware')
    for (const kind of ['boards', 'wiring']) mkdirSync(join(small, kind), { recursive: true })
    const read = (path: string) => JSON.parse(readFileSync(join('hardware', path), 'utf8'))
    const board = read('boards/puckjs.json')
    const { variables = 0 } = (await ofMatrix('weather-node', 'puckjs')).manifest
    const withVariables = async (count: number) => {
      board.id = 'small-board'
      board.espruino.variables = count
      writeFileSync(join(small, 'boards/small-board.json'), JSON.stringify(board))
      const wiring = { ...read('wiring/weather-node-puckjs.json'), id: 'small', boards: ['small-board'] }
      writeFileSync(join(small, 'wiring/small.json'), JSON.stringify(wiring))
      return buildApp({ app: 'weather-node', board: 'small-board', firmware: 7, dev: false, hardware: small })
    }
    // What it takes alone is not enough: the interpreter has its own, and memory is in pieces.
    expect(await withVariables(variables)).toMatchObject({
      error: { code: 'build/over-budget', detail: `${variables} of ${variablesFor(variables)} variables of memory` },
    })
    expect(await withVariables(Math.ceil((variables + 113) / 0.9))).toMatchObject({ ok: true })
  })

  it('has no lock with --dev, and says so in its manifest', async () => {
    const { manifest, files } = await build('weather-node', 'espruino-wifi', { dev: true })
    expect(manifest.dev).toBe(true)
    expect(files.has('boot0.js')).toBe(false)
  })

  it('puts each part on the pins of its wiring', async () => {
    const wifi = text(await ofMatrix('air-node', 'espruino-wifi'), 'app.js')
    expect(wifi).toMatch(/I2C\d,B\d,B\d+/)
    expect(wifi).toContain('(Serial1,9600,B6,B7,null)')
    const esp32 = text(await ofMatrix('energy-meter', 'esp32-devkitc'), 'app.js')
    // What the board prints as IO17, Espruino calls D17; IO4 turns the transceiver.
    expect(esp32).toContain('(Serial3,2400,D17,D16,D4)')
  })

  it('is made for a board that is nothing but data', async () => {
    const own = join(folder, 'own-hardware')
    for (const kind of ['boards', 'wiring']) mkdirSync(join(own, kind), { recursive: true })
    const read = (path: string) => JSON.parse(readFileSync(join('hardware', path), 'utf8'))
    const board = { ...read('boards/espruino-wifi.json'), id: 'my-board', name: 'Mine' }
    board.buses.i2c = [{ id: 'I2C2', sda: 'B3', scl: 'B10' }]
    board.espruino.line = 'Serial1'
    const wiring = { ...read('wiring/weather-node-espruino-wifi.json'), id: 'mine', boards: ['my-board'] }
    const pins: { readonly [role: string]: string } = { SCK: 'B10', SDI: 'B3', SCL: 'B10', SDA: 'B3' }
    wiring.wires = wiring.wires.map(([from, to]: [string, string]) => {
      const pin = pins[to.split('.')[1] ?? '']
      return [pin === undefined ? from : `board.${pin}`, to]
    })
    writeFileSync(join(own, 'boards/my-board.json'), JSON.stringify(board))
    writeFileSync(join(own, 'wiring/mine.json'), JSON.stringify(wiring))
    const built = await build('weather-node', 'my-board', { hardware: own })
    expect(built.manifest.board).toBe('my-board')
    expect(text(built, 'app.js')).toContain('(I2C2,B3,B10)')
    expect(text(built, 'boot0.js')).toMatch(/E\.setConsole\(\\?"Serial1\\?"\)/)
  })

  it('has two places for its program where the flash has room for that, and says why where it has not', async () => {
    for (const app of ['weather-node', 'air-node', 'tracker', 'energy-meter'])
      expect((await ofMatrix(app, 'esp32-devkitc')).manifest.noUpdates).toBeUndefined()
    const small = await ofMatrix('weather-node', 'espruino-wifi')
    expect(small.manifest.noUpdates).toMatch(/^two programs do not fit: \d+ of 65536 bytes of flash$/)
    const needed = Number(/\d+/.exec(small.manifest.noUpdates ?? '')?.[0])
    // The outbox grows in steps, and its size stands in the program.
    const step = 512
    const hardware = roomyBoard(join(folder, 'roomy'), needed + step)
    const { manifest, files } = await build('weather-node', roomy, { hardware })
    expect(manifest.noUpdates).toBeUndefined()
    expect(manifest.flashBytes).toBeLessThanOrEqual(needed + step)
    expect(Object.entries(manifest.storage ?? {})).toEqual([
      ['hexfix.code', 'hexfix.code'],
      ['hexfix.table', 'hexfix.table'],
      ['chooser.js', '.bootcde'],
      ['app.js', 'hexfix.app0'],
      ['boot0.js', '.boot0'],
    ])
    for (const name of ['chooser.js', 'app.js'])
      expect(checkBundle(Buffer.from(files.get(name) ?? []).toString('utf8'))).toEqual([])
    const least = roomyBoard(join(folder, 'not-roomy'), needed - step)
    expect((await build('weather-node', roomy, { hardware: least })).manifest.noUpdates).toMatch(/^two programs/)
  })

  it('names the line of an application that the interpreter cannot run', async () => {
    const app = join(folder, 'weather-node')
    mkdirSync(app, { recursive: true })
    const source = join(app, 'app.ts')
    writeFileSync(
      source,
      "import { report, sensor } from 'hexfix:board'\n\nreport([sensor('weather')])\nprint(new Map())\n",
    )
    const code = await codeOf(source, 'espruino-wifi', {})
    expect(code).toMatch(/^build\/espruino .*app\.ts:4:11: Map: missing global/)
    writeFileSync(
      source,
      "import { report } from 'hexfix:board'\nexport const all = (...sources) => report(sources)\nall(1)\n",
    )
    expect(await codeOf(source, 'espruino-wifi', {})).toMatch(/^build\/failed .*app\.ts:2:/)
    writeFileSync(source, "import { report } from 'hexfix:nowhere'\nreport([])\n")
    expect(await codeOf(source, 'rpi-4', {})).toMatch(/^build\/failed .*app\.ts:1:/)
  })

  it('refuses what the board cannot: a battery that signs in JavaScript each minute, too much flash, too large a batch', async () => {
    const battery = { power: 'battery', batch: 1 }
    expect(await codeOf('weather-node', 'esp32-devkitc', battery)).toMatch(/^build\/battery /)
    expect(await codeOf('weather-node', 'esp32-devkitc', { power: 'battery', batch: 60 })).toBe('built')
    expect(await codeOf('weather-node', 'puckjs', battery)).toBe('built')
    expect(await codeOf('weather-node', 'puckjs', { outboxBytes: 16_384 })).toMatch(/^build\/over-budget /)
    expect(await codeOf('weather-node', 'puckjs', { batch: 61 })).toMatch(/^build\/bad-config batch/)
    expect(await codeOf('weather-node', 'puckjs', { sensors: { weather: 'host' } })).toMatch(
      /^build\/bad-config sensors/,
    )
  })

  it('reports light only under a schema that the network gave it', async () => {
    const without = text(await ofMatrix('weather-node', 'espruino-pico'), 'app.js')
    const file = join(folder, 'light.json')
    writeFileSync(file, JSON.stringify({ lightSchema: 1024 }))
    const lit = text(await build('weather-node', 'espruino-pico', { config: file }), 'app.js')
    expect(without).not.toContain('"BH1750"')
    expect(lit).toContain('"BH1750"')
    expect(lit).toContain(',35,1024)')
  })
})

describe('what was written of a build', () => {
  it('is read by its manifest, and one that is damaged is refused', async () => {
    const out = join(folder, 'written')
    const built = await ofMatrix('tracker', 'rpi-4')
    expect(await writeBuild(built, out)).toEqual({ ok: true, value: null })
    expect(await readManifest(out)).toEqual({ ok: true, value: built.manifest })
    const manifest = JSON.parse(readFileSync(join(out, 'build.json'), 'utf8'))
    writeFileSync(join(out, 'build.json'), JSON.stringify({ ...manifest, firmware: -1 }))
    expect(await readManifest(out)).toMatchObject({ ok: false, error: { code: 'flash/bad-image' } })
    expect(await readManifest(folder)).toEqual({ ok: true, value: null })
  })
})
