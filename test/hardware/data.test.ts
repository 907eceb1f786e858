import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { boardSchema } from '../../hardware/board.ts'
import { checkWiring, readCatalog, schemaFiles } from '../../hardware/index.ts'
import { partSchema } from '../../hardware/part.ts'
import { wiringSchema } from '../../hardware/wiring.ts'
import { drawings, withTable } from '../../scripts/hardware-page.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const files = (kind: string): string[] =>
  readdirSync(join(root, 'hardware', kind)).map((name) => `hardware/${kind}/${name}`)

const catalog = readCatalog()
if (!catalog.ok) throw new Error(catalog.error.detail)
const { boards, parts, wirings } = catalog.value

const unsourced = (figures: readonly string[], sources: readonly { readonly for: readonly string[] }[]): string[] =>
  figures.filter(
    (figure) =>
      !sources.some((source) => source.for.some((field) => figure === field || figure.startsWith(`${field}.`))),
  )

const figuresOf = (group: string, value: object | undefined): string[] =>
  Object.keys(value ?? {}).map((name) => `${group}.${name}`)

describe('hardware data', () => {
  it.each([
    ['boards', boardSchema],
    ['parts', partSchema],
    ['wiring', wiringSchema],
  ] as const)('%s follow their schema, are named by their id, and have no field of their own', (kind, schema) => {
    expect(files(kind).length).toBeGreaterThan(0)
    for (const file of files(kind)) {
      const value = JSON.parse(read(file))
      expect(schema.parse(value).id).toBe(basename(file, '.json'))
      expect(schema.safeParse({ ...value, colour: 'green' }).success).toBe(false)
      expect(schema.safeParse({ ...value, schema: 2 }).success).toBe(false)
    }
  })

  it('has the boards and parts that were promised', () => {
    const ids = ['esp32-devkitc', 'espruino-pico', 'espruino-wifi', 'puckjs', 'rpi-4', 'rpi-5', 'rpi-zero-2w', 'uno']
    expect([...boards.keys()]).toEqual(ids)
    for (const id of ['bme280', 'sht31', 'bh1750', 'ina219', 'sds011', 'neo-6m', 's0-meter', 'sdm120', 'rak2287-hat']) {
      expect(parts.has(id)).toBe(true)
    }
  })

  it('gives a source for every figure of a board', () => {
    for (const board of boards.values()) {
      const figures = [...figuresOf('power', board.power), ...figuresOf('mcu', board.mcu), 'pins', 'logic', 'rails']
      const flashed = board.flash.maxBytes === undefined ? [] : ['flash']
      const found = [...(board.usb.length === 0 ? [] : ['usb']), ...(board.espruino === undefined ? [] : ['espruino'])]
      expect([board.id, unsourced([...figures, ...flashed, ...found], board.sources)]).toEqual([board.id, []])
    }
  })

  it('gives a source for every figure of a part', () => {
    for (const part of parts.values()) {
      if (part.interface === 'passive') continue
      const groups = (['supply', 'logic', 'i2c'] as const).filter((group) => part[group] !== undefined)
      const figures = [...groups, ...figuresOf('current', part.current), 'pins']
      expect([part.id, unsourced(figures, part.sources ?? [])]).toEqual([part.id, []])
    }
  })

  it('names only pins of the board in its buses and rails, and each can do it', () => {
    for (const { id, pins, buses, rails } of boards.values()) {
      const able = (pin: string, cap: string): boolean =>
        pins.some((one) => one.id === pin && one.caps.some((has) => has === cap))
      const wanted = [
        ...buses.i2c.flatMap(({ sda, scl }) => [
          [sda, 'i2c-sda'],
          [scl, 'i2c-scl'],
        ]),
        ...buses.uart.flatMap(({ tx, rx }) => [
          [tx, 'uart-tx'],
          [rx, 'uart-rx'],
        ]),
        ...buses.spi.flatMap(({ sck, miso, mosi }) => [
          [sck, 'spi-sck'],
          [miso, 'spi-miso'],
          [mosi, 'spi-mosi'],
        ]),
        ...rails.flatMap((rail) => rail.pins.map((pin) => [pin, 'power'])),
      ]
      expect([id, wanted.filter(([pin = '', cap = '']) => !able(pin, cap))]).toEqual([id, []])
      expect(new Set(pins.map((pin) => pin.id)).size).toBe(pins.length)
      expect(new Set(pins.map(({ side, order }) => `${side} ${order}`)).size).toBe(pins.length)
      for (const rail of rails) {
        for (const pin of rail.pins) expect(pins.find((one) => one.id === pin)?.volts).toBe(rail.volts)
      }
    }
  })

  it('refuses two pins of one name or one place, and two parts of one ref', () => {
    const uno = JSON.parse(read('hardware/boards/uno.json'))
    const again = { ...uno.pins[0], order: 99 }
    expect(boardSchema.safeParse({ ...uno, pins: [...uno.pins, again] }).success).toBe(false)
    expect(boardSchema.safeParse({ ...uno, pins: [...uno.pins, { ...again, id: 'X' }] }).success).toBe(true)
    expect(boardSchema.safeParse({ ...uno, pins: [...uno.pins, { ...uno.pins[0], id: 'X' }] }).success).toBe(false)
    const wiring = JSON.parse(read('hardware/wiring/weather-node-uno.json'))
    expect(wiringSchema.safeParse({ ...wiring, parts: [wiring.parts[0], wiring.parts[0]] }).success).toBe(false)
  })

  it('numbers the header of the Raspberry Pi from 1 to 40, once each', () => {
    for (const id of ['rpi-4', 'rpi-5', 'rpi-zero-2w']) {
      const numbers = boards.get(id)?.pins.flatMap(({ header }) => header ?? []) ?? []
      expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
    }
  })

  it('claims no more than was tested: the Uno in an emulator, nothing on a bench', () => {
    const tested = [...boards.values()]
      .filter(({ tested }) => tested !== 'untested')
      .map(({ id, tested }) => `${id} ${tested}`)
    expect(tested).toEqual(['uno emulated'])
    expect([...wirings.values()].filter(({ tested }) => tested === 'bench')).toEqual([])
  })

  it('wires each application at most once on a board, on boards that are there, without a fault', () => {
    const seen = new Set<string>()
    for (const wiring of wirings.values()) {
      for (const id of wiring.boards) {
        const board = boards.get(id)
        if (board === undefined) throw new Error(`${wiring.id}: no board ${id}`)
        expect([wiring.id, id, checkWiring(wiring, board, parts)]).toEqual([wiring.id, id, []])
        expect(seen.has(`${wiring.app} ${id}`)).toBe(false)
        seen.add(`${wiring.app} ${id}`)
      }
    }
    expect(new Set([...wirings.values()].map(({ app }) => app)).size).toBe(5)
  })
})

describe('what is made from the data is current: npm run hardware', () => {
  it('JSON schemas', () => {
    for (const [name, text] of schemaFiles()) expect(read(`hardware/schema/${name}`)).toBe(text)
    expect(files('schema').length).toBe(schemaFiles().size)
  })

  it('drawings', () => {
    for (const [name, text] of drawings()) expect(read(`docs/wiring/${name}`)).toBe(text)
    expect(readdirSync(join(root, 'docs/wiring')).sort()).toEqual([...drawings().keys()].sort())
  })

  it('the table of boards', () => {
    const page = read('docs/hardware.md')
    expect(withTable(page)).toBe(page)
    expect(withTable(page.replace('| uno |', '|').replaceAll('emulated', 'bench'))).not.toBe(page)
  })
})
