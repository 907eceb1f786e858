import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { standardSchemas, valueOfCell } from '../../../device-sdk/protocol/index.ts'
import { toCell, toCells } from '../../../device-sdk/sensors/to-cell.ts'

describe('toCell', () => {
  it.each([
    [25.08, -2, 0, 2_508],
    [100_656, 0, 100_000, 656],
    [98_000, 0, 100_000, -2_000],
    [-0.5, -1, 0, -5],
    [1_250, 1, 0, 125],
    [123_456_789, 3, 0, 123_457],
    [4, 1, 0, 0],
    [1e-9, -2, 0, 0],
  ])('turns %d with exponent %d and offset %d into %d', (value, exp, offset, cell) => {
    expect(toCell(value, exp, offset)).toBe(cell)
  })

  it.each([
    [1.005, -2, 101],
    [1.115, -2, 112],
    [8.345, -2, 835],
    [-1.005, -2, -101],
    [0.5, 0, 1],
    [0.05, 0, 0],
    [0.49999999999999994, 0, 0],
    [2.5, 0, 3],
  ])('rounds %d by its decimals, halves away from zero', (value, exp, cell) => {
    expect(toCell(value, exp)).toBe(cell)
  })

  it('is null where nothing was measured or nothing finite', () => {
    for (const value of [null, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(toCell(value, -2)).toBeNull()
    }
  })

  it('is null over 53 bits, also where the offset brings the cell back under them', () => {
    expect(toCell(Number.MAX_SAFE_INTEGER, 0)).toBe(Number.MAX_SAFE_INTEGER)
    expect(toCell(2 ** 53, 0)).toBeNull()
    expect(toCell(Number.MAX_SAFE_INTEGER, -1)).toBeNull()
    expect(toCell(Number.MAX_VALUE, 0)).toBeNull()
    expect(toCell(2 ** 53, 0, 100_000)).toBeNull()
    expect(toCell(-Number.MAX_SAFE_INTEGER, 0, 100_000)).toBeNull()
  })

  it('never gives -0', () => {
    for (const value of [-0, -0.001, 0]) expect(Object.is(toCell(value, -2), 0)).toBe(true)
    expect(Object.is(toCell(100_000, 0, 100_000), 0)).toBe(true)
  })

  it('is the inverse of valueOfCell for every field of every standard schema', () => {
    const field = fc.constantFrom(...standardSchemas.flatMap(({ fields }) => fields))
    fc.assert(
      fc.property(field, fc.integer({ min: -(10 ** 14), max: 10 ** 14 }), (of, cell) => {
        expect(toCell(valueOfCell(cell, of), of[2], of[3])).toBe(cell)
      }),
    )
  })
})

describe('toCells', () => {
  it('scales each value by its own field, and leaves null what is not there', () => {
    const [weather] = standardSchemas
    if (weather === undefined) throw new Error('no schema')
    expect(toCells(weather, [21.37, null, 101_325])).toEqual([2_137, null, 1_325])
    expect(toCells(weather, [21.37])).toEqual([2_137, null, null])
  })
})
