import { deepStrictEqual } from 'node:assert/strict'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readColumn, readFullColumn, writeColumn } from '../../../device-sdk/protocol/columns.ts'
import { anyInt, anyValue } from './cbor/arbitrary.ts'

const max = Number.MAX_SAFE_INTEGER
const nearInt = anyInt.map((value) => Math.trunc(value / 2) + 0)
const cell = fc.oneof(nearInt, fc.integer({ min: -3, max: 3 }), fc.constant(null))

describe('a column', () => {
  it('gives back the cells it was written from', () => {
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 40 }), (cells) => {
        deepStrictEqual(readColumn(writeColumn(cells), cells.length), cells)
      }),
      { numRuns: 2000 },
    )
  })

  it('has one form only: what is read writes the same column', () => {
    const delta = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constant(null), anyInt, anyValue(1))
    const column = fc.oneof(fc.array(delta, { maxLength: 5 }), delta)
    fc.assert(
      fc.property(column, fc.integer({ min: 1, max: 5 }), (wire, n) => {
        const cells = readColumn(wire, n)
        if (cells === null) return
        expect(cells).toHaveLength(n)
        expect(writeColumn(cells)).toEqual(wire)
      }),
      { numRuns: 5000 },
    )
  })

  it.each([
    ['all equal', [7, 7, 7], 7],
    ['all null', [null, null], null],
    ['one cell', [7], 7],
    ['one null', [null], null],
    ['two cells', [7, 9], [7, 2]],
    ['two cells, the second null', [7, null], [7, null]],
    ['two cells, the first null', [null, 7], [null, 7]],
    ['a null inside', [null, 5, null, 6], [null, 5, null, 1]],
    ['nulls around', [null, null, -5, -5, null], [null, null, -5, 0, null]],
    ['equal cells with one null among them', [3, null, 3], [3, null, 0]],
    ['both ends of 53 bits', [0, max, 0, -max], [0, max, -max, -max]],
  ] as const)('of %s is written so', (_, cells, wire) => {
    expect(writeColumn(cells)).toEqual(wire)
    expect(readColumn(wire, cells.length)).toEqual(cells)
  })

  it.each([
    ['equal cells as array', [7, 0, 0], 3],
    ['nulls as array', [null, null], 2],
    ['one cell as array', [7], 1],
    ['no cell', [], 2],
    ['one cell too few', [1, 2], 3],
    ['one cell too many', [1, 2, 3], 2],
    ['a float', [1, 0.5], 2],
    ['a float of integral value', [1, { float: 2 }], 2],
    ['text', [1, '2'], 2],
    ['true', [1, true], 2],
    ['an array inside', [1, [2]], 2],
    ['a map inside', [1, { entries: [] }], 2],
    ['a sum of 2^53', [max, 1], 2],
    ['a sum of -2^53', [-max, -1], 2],
    ['a sum over 53 bits on the way', [max, 1, -1], 3],
    ['a sum over 53 bits after a null', [max, null, 1], 3],
    ['bare text', '7', 2],
    ['a bare float', 0.5, 2],
    ['a bare integral float', { float: 7 }, 2],
    ['bare true', true, 2],
    ['nothing', undefined, 2],
  ] as const)('that holds %s is refused', (_, wire, n) => expect(readColumn(wire, n)).toBeNull())

  it('is not written where a cell or a step is over 53 bits', () => {
    expect(() => writeColumn([-1, max])).toThrow('53 bits')
    expect(() => writeColumn([max, null, -1])).toThrow('53 bits')
    expect(() => writeColumn([0.5, 1])).toThrow('53 bits')
    expect(() => writeColumn([Number.NaN])).toThrow('53 bits')
    expect(() => writeColumn([2 ** 53, 2 ** 53])).toThrow('53 bits')
  })
})

describe('a full column', () => {
  it('takes every cell, and refuses a null in any place', () => {
    expect(readFullColumn([5, -1, 4], 3)).toEqual([5, 4, 8])
    expect(readFullColumn(0, 3)).toEqual([0, 0, 0])
    for (const wire of [null, [null, 5, 1], [5, null, 1], [5, 1, null]]) expect(readFullColumn(wire, 3)).toBeNull()
    expect(readFullColumn([5, 1], 3)).toBeNull()
  })
})
