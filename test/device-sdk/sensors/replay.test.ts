import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import type { Failure, Result } from '../../../device-sdk/protocol/index.ts'
import { codes } from '../../../device-sdk/protocol/index.ts'
import type { Sensor } from '../../../device-sdk/sensors/index.ts'
import { openSensor, replaySensor } from '../../../device-sdk/sensors/index.ts'

const records = fileURLToPath(new URL('../../../device-sdk/sensors/records', import.meta.url))
const seattle = join(records, 'seattle-weather-hourly-normals.csv')

const folder = mkdtempSync(join(tmpdir(), 'hexfix-replay-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const opened = <T extends Sensor>(sensor: Result<T>): T => {
  if (!sensor.ok) throw new Error(sensor.error.code)
  return sensor.value
}
const read = async (sensor: Sensor) => {
  const reading = await sensor.read()
  return reading.ok ? reading.value : reading.error
}

describe('a replay', () => {
  it('gives the rows one by one, and the first again after the last', async () => {
    const sensor = opened(await replaySensor({ file: file('two.csv', 'temperature\n1\n2\n'), schema: 1 }))
    const reading = (cell: number) => ({ schema: 1, timeS: null, cells: [cell, null, null] })
    for (const cell of [100, 200, 100, 200, 100]) expect(await read(sensor)).toEqual(reading(cell))
    await sensor.close()
  })

  it('gives the whole Seattle record: temperature and pressure as written, humidity null', async () => {
    const faults: Failure[] = []
    const sensor = opened(await replaySensor({ file: seattle, schema: 1, onFault: (fault) => faults.push(fault) }))
    expect(sensor).toMatchObject({ rows: 8_759, skipped: 0, schema: 1 })
    expect(faults).toEqual([])
    // 4.0 Cel and 1016.6 hPa: 1660 Pa over the offset of 100 000.
    expect(await read(sensor)).toMatchObject({ timeS: null, cells: [400, null, 1_660] })
    for (let i = 1; i < 8_759; i++) await sensor.read()
    expect(await read(sensor)).toMatchObject({ cells: [400, null, 1_660] })
  })

  it('tells of skipped rows once, at opening', async () => {
    const faults: Failure[] = []
    const bad = file('bad.csv', 'temperature\n1\nwarm\n\ncold\n')
    const sensor = opened(await replaySensor({ file: bad, schema: 1, onFault: (fault) => faults.push(fault) }))
    expect(sensor).toMatchObject({ rows: 1, skipped: 2 })
    expect(faults).toEqual([
      { code: 'sensor/malformed', detail: expect.stringMatching(/2 skipped, first line 3: temperature is "warm"/) },
    ])
  })

  it('takes the other schemas too', async () => {
    const sensor = opened(await replaySensor({ file: file('air.csv', 'co2,pm10\n412,7.25\n'), schema: 2 }))
    expect(await read(sensor)).toEqual({ schema: 2, timeS: null, cells: [null, 73, 412] })
  })

  it.each([
    ['is missing', () => join(folder, 'absent.csv'), 'sensor/unreadable', /absent\.csv/],
    ['is a folder', () => folder, 'sensor/unreadable', /not a regular file/],
    ['never ends', () => '/dev/zero', 'sensor/unreadable', /zero/],
    ['has no reading', () => file('empty.csv', ''), 'sensor/no-columns', /empty\.csv/],
  ])('fails where the file %s, and says which', async (_, path, code, detail) => {
    const sensor = await replaySensor({ file: path(), schema: 1 })
    expect(sensor).toEqual({ ok: false, error: { code, detail: expect.stringMatching(detail) } })
  })

  it('refuses a file over the maximum without reading it', async () => {
    const huge = file('huge.csv', '')
    truncateSync(huge, 64 * 1024 * 1024 + 1)
    expect(await replaySensor({ file: huge, schema: 1 })).toMatchObject({ error: { code: 'sensor/too-large' } })
  })
})

describe('the record that comes with the package', () => {
  it('is the one of SOURCES.md, and its licence stands beside it', () => {
    const sources = readFileSync(join(records, 'SOURCES.md'), 'utf8')
    expect(sources).toContain(createHash('sha256').update(readFileSync(seattle)).digest('hex'))
    expect(readFileSync(join(records, 'LICENSE-vega-datasets'), 'utf8')).toContain('Redistribution and use')
  })
})

describe('openSensor', () => {
  it('opens the host and a replay of weather', async () => {
    expect(opened(await openSensor('host'))).toMatchObject({ name: 'host', schema: 5 })
    const name = 'replay:seattle-weather-hourly-normals.csv'
    expect(opened(await openSensor(`replay:${seattle}`))).toMatchObject({ name, schema: 1 })
  })

  it('hands on what is wrong with a replay that works', async () => {
    const faults: Failure[] = []
    await openSensor(`replay:${file('some.csv', 'temperature\n1\nx\n')}`, { onFault: (fault) => faults.push(fault) })
    expect(faults).toMatchObject([{ code: 'sensor/malformed' }])
  })

  const unknown = ['thermometer', '', 'replay', 'replay:', 'host:1', 'firmata:bme680:/dev/ttyACM0', 'firmata:bme280']
  const wrongNumbers = ['nmea:/dev/tty:5', 'modbus:sdm120:/dev/tty:2400:0', 'modbus:sdm120:/dev/tty:2400:248']
  it.each([
    ...unknown,
    ...wrongNumbers,
    'nmea:',
    'modbus:/dev/tty',
    'modbus:constructor:/dev/tty',
    'firmata:toString:/dev/tty',
  ])('refuses "%s" and names the known kinds', async (spec) => {
    const error = { code: 'sensor/unknown-kind', detail: expect.stringContaining('known: host, replay:FILE') }
    expect(await openSensor(spec)).toEqual({ ok: false, error })
    expect(codes['sensor/unknown-kind'].next).toContain('replay:')
  })

  it.each([
    ['firmata:bme280:/dev/ttyACM0', 'firmata:bme280', 1],
    ['firmata:ina219:/dev/ttyACM0', 'firmata:ina219', 3],
    ['nmea:/dev/ttyUSB0:4800', 'nmea', 4],
    ['modbus:sdm120:/dev/ttyUSB0', 'modbus:sdm120', 3],
  ])('opens %s, though its port is not there yet', async (spec, name, schema) => {
    expect(opened(await openSensor(spec))).toMatchObject({ name, schema })
  })

  it.each(['nmea:PORT', 'nmea:PORT:9600', 'modbus:sdm120:PORT', 'modbus:sdm120:PORT:9600:3', 'firmata:ina219:PORT'])(
    'takes the colons in the path of a port for its own in %s',
    async (spec) => {
      const port = '/absent/by-path/pci-0000:00:14.0-usb-0:2:1.0'
      const sensor = opened(await openSensor(spec.replace('PORT', port)))
      expect(await read(sensor)).toEqual({ code: 'sensor/no-port', detail: port })
    },
  )
})
