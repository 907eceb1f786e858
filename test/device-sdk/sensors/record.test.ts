import { describe, expect, it } from 'vitest'
import { standardSchema } from '../../../device-sdk/protocol/index.ts'
import type { Columns } from '../../../device-sdk/sensors/index.ts'
import { readRecord } from '../../../device-sdk/sensors/record.ts'

const weather = standardSchema(1)
if (weather === undefined) throw new Error('no schema 1')

const read = (lines: readonly string[], columns?: Columns) => readRecord(lines.join('\n'), weather, columns)
const rows = (lines: readonly string[], columns?: Columns) => {
  const record = read(lines, columns)
  return record.ok ? record.value.rows : record.error.code
}

describe('a record', () => {
  it('has its columns found by name, in any order and case, others passed over', () => {
    expect(rows(['wind,Humidity , PRESSURE,temperature', '3.8,55.5,1016.6,4.0'])).toEqual([[400, 555, 1_660]])
  })

  it.each([
    ['pressure', '1016.6', [null, null, 1_660]],
    ['pressure(hPa)', '1016.6', [null, null, 1_660]],
    ['pressure (mbar)', '1016.6', [null, null, 1_660]],
    ['pressure(kPa)', '101.66', [null, null, 1_660]],
    ['pressure(Pa)', '101660', [null, null, 1_660]],
    ['temperature', '-4.25', [-425, null, null]],
    ['temperature(degC)', '-4.25', [-425, null, null]],
    ['temperature(F)', '50', [1_000, null, null]],
    ['temperature(K)', '274.15', [100, null, null]],
    ['humidity(%)', '55.5', [null, 555, null]],
    ['humidity(/)', '0.555', [null, 555, null]],
  ])('turns %s of %s into the unit of the schema', (header, text, cells) => {
    expect(rows([header, text])).toEqual([cells])
  })

  it('moves the decimal point exactly: 1013.255 hPa is 101325.5 Pa, and rounds up', () => {
    expect(rows(['pressure(hPa)', '1013.255'])).toEqual([[null, null, 1_326]])
  })

  it('can name its columns otherwise, with units that go before those of the header', () => {
    const columns = { temperature: { header: 'outside', unit: 'F' }, pressure: { header: 'baro' } }
    expect(rows(['outside,baro(kPa)', '32,101.3'], columns)).toEqual([[0, null, 1_300]])
  })

  it('may have a byte order mark, CRLF line ends, blank lines and empty cells', () => {
    expect(rows(['\uFEFFtemperature,humidity\r', '4.0,\r', '\r', ' 5.0 ,50\r', ''])).toEqual([
      [400, null, null],
      [500, 500, null],
    ])
  })

  it('has malformed rows skipped and counted, and the first one named', () => {
    const bad = ['4.0', '4.0,50,1', 'warm,50', '0x10,50', 'NaN,50', 'Infinity,50', '1e300,50', '1 2,50', ',']
    const record = read(['temperature,humidity', '1,2', ...bad, '3,4'])
    expect(record).toMatchObject({
      ok: true,
      value: { skipped: bad.length, firstFault: expect.stringMatching(/^line 3: 1 cells/) },
    })
    expect(record.ok && record.value.rows).toEqual([
      [100, 20, null],
      [300, 40, null],
    ])
  })

  it.each([
    ['sensor/no-columns', ['date,wind', '2010,3.8']],
    ['sensor/no-columns', ['']],
    ['sensor/unknown-unit', ['temperature(furlong)', '4.0']],
    ['sensor/unknown-unit', ['temperature(constructor)', '4.0']],
    ['sensor/no-rows', ['temperature']],
    ['sensor/no-rows', ['temperature', 'warm']],
  ])('is refused as %s: %j', (code, lines) => {
    expect(rows(lines)).toBe(code)
  })

  it('is refused where a column that was asked for is not there', () => {
    expect(rows(['temperature', '4.0'], { humidity: { header: 'rh' } })).toBe('sensor/no-columns')
  })
})
