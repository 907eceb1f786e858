import { describe, expect, it } from 'vitest'
import type { Report } from '../../../device-sdk/protocol/index.ts'
import { checkSchemas, standardSchema, standardSchemas, valueOfCell } from '../../../device-sdk/protocol/index.ts'

const report = (...readings: [schema: number, cells: number][]): Report => ({
  boot: 7,
  seq: 1,
  time: 0,
  blocks: [
    { type: 'heartbeat' },
    ...readings.map(([schema, cells]) => ({
      type: 'sensor' as const,
      schema,
      stepsS: [],
      columns: Array.from({ length: cells }, () => [null]),
    })),
  ],
})
const codeOf = (...readings: [schema: number, cells: number][]): string => {
  const checked = checkSchemas(report(...readings), standardSchema)
  return checked.ok ? 'accepted' : checked.error.code
}

describe('the schemas of a report', () => {
  it('are known, with as many columns as fields', () => {
    for (const { id, fields } of standardSchemas) {
      expect(codeOf([id, fields.length])).toBe('accepted')
      expect(codeOf([id, fields.length - 1])).toBe('report/bad-shape')
      expect(codeOf([id, fields.length + 1])).toBe('report/bad-shape')
    }
    for (const id of [0, 6, 1023, 1024, Number.MAX_SAFE_INTEGER]) expect(codeOf([id, 3])).toBe('report/unknown-schema')
  })

  it('are checked in every block', () => {
    expect(codeOf([1, 3], [2, 3], [5, 7])).toBe('accepted')
    expect(codeOf([1, 3], [9, 3])).toBe('report/unknown-schema')
    expect(codeOf([1, 3], [3, 3])).toBe('report/bad-shape')
    expect(codeOf()).toBe('accepted')
  })
})

describe('the value of a cell', () => {
  it.each([
    [2240, -2, undefined, 22.4],
    [551, -1, undefined, 55.1],
    [1325, 0, 100_000, 101_325],
    [-5, -3, undefined, -0.005],
    [1_234_567_891, -7, undefined, 123.4567891],
    [7, 2, undefined, 700],
    [29, -2, undefined, 0.29],
  ] as const)('%d with exponent %d and offset %s is %d', (cell, exp, offset, value) => {
    expect(valueOfCell(cell, offset === undefined ? ['x', '/', exp] : ['x', '/', exp, offset])).toBe(value)
  })

  it('is null where nothing was measured', () => expect(valueOfCell(null, ['x', '/', 0, 5])).toBeNull())
})
