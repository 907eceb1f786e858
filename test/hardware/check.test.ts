import { describe, expect, it } from 'vitest'
import type { Board, Part, Wiring, WiringCode } from '../../hardware/index.ts'
import { checkWiring, readCatalog } from '../../hardware/index.ts'

const catalog = readCatalog()
if (!catalog.ok) throw new Error(catalog.error.detail)
const { boards, parts, wirings } = catalog.value

const get = <T>(map: ReadonlyMap<string, T>, id: string): T => {
  const value = map.get(id)
  if (value === undefined) throw new Error(`no ${id}`)
  return value
}
const uno = get(boards, 'uno')
const pico = get(boards, 'espruino-pico')
const pi = get(boards, 'rpi-4')
const weather = get(wirings, 'weather-node-uno')

const codes = (wiring: Wiring, board: Board, known: ReadonlyMap<string, Part> = parts): string[] =>
  checkWiring(wiring, board, known).map(({ code }) => code)

/** The wiring with other ends in the place of some. */
const rewired = (wiring: Wiring, swaps: { readonly [end: string]: string }): Wiring => ({
  ...wiring,
  wires: wiring.wires.map(([from, to]): [string, string] => [swaps[from] ?? from, swaps[to] ?? to]),
})
const without = (wiring: Wiring, end: string): Wiring => ({
  ...wiring,
  wires: wiring.wires.filter((wire) => !wire.includes(end)),
})
const wire = (wiring: Wiring, ...more: [string, string][]): Wiring => ({ ...wiring, wires: [...wiring.wires, ...more] })

const plants: { readonly [code in WiringCode]: readonly [Wiring, Board][] } = {
  'wiring/part-unknown': [
    [{ ...weather, parts: [{ ref: 'weather', part: 'bme999' }, ...weather.parts.slice(1)] }, uno],
  ],
  'wiring/pin-unknown': [
    [rewired(weather, { 'board.5V': 'board.6V' }), uno],
    [rewired(weather, { 'weather.SCK': 'weather.SCL' }), uno],
    [rewired(weather, { 'weather.SCK': 'nobody.SCK' }), uno],
  ],
  'wiring/unconnected': [
    [without(weather, 'weather.GND'), uno],
    [without(get(wirings, 'hotspot-rpi'), 'radio.RESET'), pi],
  ],
  'wiring/capability': [
    [rewired(weather, { 'board.SDA': 'board.D9' }), uno],
    // Sender to sender.
    [rewired(get(wirings, 'air-node-espruino-pico'), { 'board.B7': 'board.B6', 'board.B6': 'board.B7' }), pico],
    [rewired(get(wirings, 'energy-meter-rpi'), { 'meter.A': 'meter.B', 'meter.B': 'meter.A' }), pi],
    [rewired(get(wirings, 'energy-meter-uno'), { 'board.D2': 'board.D0' }), uno],
  ],
  'wiring/pin-twice': [
    [rewired(get(wirings, 'hotspot-rpi'), { 'board.GPIO17': 'board.GPIO8' }), pi],
    [wire(get(wirings, 'tracker-rpi'), ['gnss.PPS', 'gnss.TXD']), pi],
  ],
  'wiring/short': [
    [wire(weather, ['board.5V', 'board.GND']), uno],
    [wire(weather, ['board.5V', 'board.3V3']), uno],
    [wire(weather, ['board.D4', 'board.D5']), uno],
  ],
  'wiring/bus': [
    // SDA of one bus with SCL of another.
    [rewired(get(wirings, 'weather-node-espruino-pico'), { 'board.B4': 'board.B7' }), pico],
    [rewired(get(wirings, 'air-node-espruino-pico'), { 'board.B6': 'board.A2' }), pico],
  ],
  'wiring/address': [[{ ...weather, parts: weather.parts.map((part) => ({ ...part, address: '0x13' })) }, uno]],
  'wiring/address-clash': [
    [
      {
        ...weather,
        parts: [
          { ref: 'weather', part: 'bme280', address: '0x76' },
          { ref: 'second', part: 'bme280', address: '0x76' },
        ],
        wires: ['weather', 'second'].flatMap((ref): [string, string][] => [
          ['board.5V', `${ref}.VIN`],
          ['board.GND', `${ref}.GND`],
          ['board.SCL', `${ref}.SCK`],
          ['board.SDA', `${ref}.SDI`],
        ]),
      },
      uno,
    ],
  ],
  'wiring/supply': [
    [rewired(get(wirings, 'weather-node-rpi'), { 'board.3V3': 'board.5V' }), pi],
    [rewired(get(wirings, 'air-node-rpi'), { 'board.5V': 'board.3V3' }), pi],
  ],
  'wiring/logic-level': [
    // A part of 3.3 V on the 5 V lines of the Uno, and the Uno's 5 V pull-up on a pin of 3.3 V.
    [
      {
        ...weather,
        parts: [{ ref: 'light', part: 'bh1750' }],
        wires: [
          ['board.3V3', 'light.VCC'],
          ['board.GND', 'light.GND'],
          ['board.SCL', 'light.SCL'],
          ['board.SDA', 'light.SDA'],
        ],
      },
      uno,
    ],
    [rewired(get(wirings, 'energy-meter-uno'), { 'board.D2': 'board.GPIO17' }), pi],
    // The BME280 breakout follows its supply: at 5 V it drives the lines of a Pi with 5 V.
    [rewired(get(wirings, 'weather-node-rpi'), { 'board.3V3': 'board.5V' }), pi],
  ],
  'wiring/rail-current': [
    [
      rewired(get(wirings, 'tracker-rpi'), { 'board.5V': 'board.3V3' }),
      { ...pi, rails: pi.rails.map((rail) => ({ ...rail, maxMa: 45 })) },
    ],
  ],
  'wiring/total-current': [[get(wirings, 'air-node-rpi'), { ...pi, power: { ...pi.power, supplyMaxMa: 800 } }]],
}

describe('the wiring check', () => {
  it.each(Object.entries(plants))('finds %s', (code, cases) => {
    for (const [wiring, board] of cases) expect(codes(wiring, board)).toContain(code)
  })

  it('finds nothing else where one thing is wrong', () => {
    expect(codes(...((plants['wiring/short'][2] ?? []) as [Wiring, Board]))).toEqual(['wiring/short'])
    expect(codes(...((plants['wiring/address-clash'][0] ?? []) as [Wiring, Board]))).toEqual(['wiring/address-clash'])
    expect(codes(...((plants['wiring/rail-current'][0] ?? []) as [Wiring, Board]))).toEqual(['wiring/rail-current'])
    expect(codes(...((plants['wiring/total-current'][0] ?? []) as [Wiring, Board]))).toEqual(['wiring/total-current'])
    expect(codes(...((plants['wiring/unconnected'][0] ?? []) as [Wiring, Board]))).toEqual(['wiring/unconnected'])
  })

  it('protects a part from another on its bus, where the board bears more than it', () => {
    const wiring = get(wirings, 'weather-node-espruino-pico')
    const fed = (volts: string): Wiring => ({
      ...wiring,
      wires: wiring.wires.map(([from, to]): [string, string] => [to === 'weather.VIN' ? `board.${volts}` : from, to]),
    })
    expect(codes(fed('3V3'), pico)).toEqual([])
    // The pins of a Pico bear 5 V; the BH1750 at 3.3 V does not.
    expect(codes(fed('5V'), pico)).toEqual(['wiring/logic-level', 'wiring/logic-level'])
  })

  it('lets two parts share one address where they are on buses of their own', () => {
    const wiring: Wiring = {
      ...weather,
      parts: [
        { ref: 'a', part: 'sht31' },
        { ref: 'b', part: 'sht31' },
      ],
      wires: (
        [
          ['a', 'B4', 'A8'],
          ['b', 'B7', 'B6'],
        ] as const
      ).flatMap(([ref, sda, scl]): [string, string][] => [
        ['board.3V3', `${ref}.VDD`],
        ['board.GND', `${ref}.GND`],
        [`board.${sda}`, `${ref}.SDA`],
        [`board.${scl}`, `${ref}.SCL`],
      ]),
    }
    expect(codes(wiring, pico)).toEqual([])
  })

  it('knows a bus that is led out twice as one', () => {
    const twin = (sda: string, scl: string, address: string): Wiring => ({
      ...weather,
      parts: [
        { ref: 'a', part: 'bme280', address: '0x76' },
        { ref: 'b', part: 'bme280', address },
      ],
      wires: (
        [
          ['a', 'SDA', 'SCL'],
          ['b', sda, scl],
        ] as const
      ).flatMap(([ref, data, clock]): [string, string][] => [
        ['board.5V', `${ref}.VIN`],
        ['board.GND', `${ref}.GND`],
        [`board.${data}`, `${ref}.SDI`],
        [`board.${clock}`, `${ref}.SCK`],
      ]),
    })
    expect(codes(twin('A4', 'A5', '0x76'), uno)).toEqual(['wiring/address-clash'])
    expect(codes(twin('A4', 'A5', '0x77'), uno)).toEqual([])
    expect(codes(twin('SDA', 'A5', '0x77'), uno)).toEqual([])
  })

  it('wants supply and bus lines to reach the board, not only another part', () => {
    const fed = without(weather, 'board.5V')
    expect(codes(wire(fed, ['weather.VIN', 'gauge.VCC']), uno)).toContain('wiring/unconnected')
  })

  it('lets 5 V in where the pin bears it', () => {
    const tolerant = rewired(get(wirings, 'weather-node-espruino-pico'), { 'board.3V3': 'board.5V' })
    expect(codes(tolerant, pico)).not.toContain('wiring/logic-level')
    const frail = { ...pico, logic: { volts: 3.3, maxVolts: 3.3 } }
    expect(codes(tolerant, frail)).toContain('wiring/logic-level')
  })
})
