import { describe, expect, it } from 'vitest'
import type { CborKey, CborValue } from '../../../../device-sdk/protocol/index.ts'
import { readReport } from '../../../../device-sdk/protocol/index.ts'
import { bytesOf } from '../fixtures.ts'
import { codeOf } from './code-of.ts'

const max = Number.MAX_SAFE_INTEGER
const zeros = (count: number): Uint8Array => new Uint8Array(count)
const map = (...entries: (readonly [CborKey, CborValue])[]): CborValue => ({ entries })
const report = (block: CborValue): CborValue => [7, 1, 0, block]
const put = (list: readonly CborValue[], at: number, value: CborValue): CborValue[] =>
  list.map((old, i) => (i === at ? value : old))

const cell = bytesOf('a1fb46622d')
const beacon: CborValue[] = [-1, zeros(8), 0, 868_100, 5, 140, cell, 0]
const witness: CborValue[] = [-2, zeros(8), -5, -1000, null, 868_100, 5, 0]
const ids = bytesOf('00000000000000010000000000000002')
const witnesses: CborValue[] = [-2, [2, [-5, 1]], ids, [-1000, 7], [null, 55], [868_100, 200], [5, -5]]
const rows: CborValue[] = [1, [3, [60, -10]], [5, null, 1], null, 7]

const nonces: [string, CborValue][] = [
  ['a nonce of 7 bytes', put(beacon, 1, zeros(7))],
  ['a nonce of 33 bytes', put(beacon, 1, zeros(33))],
  ['a nonce of text', put(beacon, 1, '01234567')],
]
const notUint: [string, CborValue][] = [
  ['-1', -1],
  ['null', null],
  ['a fraction', 0.5],
  ['an integral float', { float: 5 }],
  ['text', '5'],
  ['true', true],
  ['bytes', zeros(1)],
]
const notInt = notUint.slice(1)
const each = (list: readonly CborValue[], at: number, name: string, wrong: typeof notUint): [string, CborValue][] =>
  wrong.map(([what, value]) => [`${name} that is ${what}`, put(list, at, value)])

const refused: Record<string, [string, CborValue][]> = {
  'a block': [
    ...[-5, -6, -7, -8, -9, -10, -11, -12, -13, -14, -15].map((id): [string, CborValue] => [`with id ${id}`, [id, 5]]),
    ['that is no array', 1],
    ['that is a map', map([0, 1])],
    ['that is empty', []],
    ['with an id of text', ['weather', 5]],
    ['with an id of half', [0.5, 5]],
    ['with an id that is an integral float', [{ float: 1 }, 5]],
    ['with an id that is null', [null, 5]],
  ],
  'a sensor block': [
    ['without rows', [1, [], 5]],
    ['with rows of n alone', [1, [2], 5]],
    ['with a third element of rows', [1, [2, 60, 0], 5]],
    ['with n = 0', [1, [0, 60], 5]],
    ['with n of text', [1, ['2', 60], 5]],
    ['with n that is an integral float', [1, [{ float: 2 }, 60], 5]],
    ['with a negative step', [1, [2, -1], 5]],
    ['with a negative step among others', put(rows, 1, [3, [5, -6]])],
    ['with a step that is null', [1, [2, null], 5]],
    ['with a null among its steps', [1, [3, [60, null]], 5]],
    ['with n steps in place of n - 1', [1, [3, [60, -10, 1]], 5]],
    ['with equal steps that are not bare', [1, [3, [60, 0]], 5]],
    ['with a single step that is not bare', [1, [2, [60]], 5]],
    ['with steps whose sum is over 53 bits', [1, [3, max], 5]],
    ['with a column one short', put(rows, 2, [5, null])],
    ['with a column one long', put(rows, 2, [5, null, 1, 1])],
    ['with equal cells that are not bare', put(rows, 2, [5, 0, 0])],
    ['with nulls that are not bare', put(rows, 2, [null, null, null])],
    ['with a column in a single reading', [1, 5, [5, 1]]],
    ['with rows in the third place', [1, 5, [2, 60]]],
    ['with a cell of text', [1, '5']],
    ['with a cell that is a float', [1, 0.5]],
    ['with a cell that is an integral float', [1, { float: 5 }]],
    ['with a cell that is true', [1, true]],
    ['with a cell that is a map', [1, map()]],
    ['with a sum of cells over 53 bits', [1, [2, 60], [max, 1]]],
  ],
  'a beacon': [
    ...nonces,
    ['a radio that is not known', put(beacon, 2, 6)],
    ...each(beacon, 2, 'a radio', notUint),
    ...each(beacon, 3, 'a frequency', notUint),
    ...each(beacon, 4, 'a data rate', notUint),
    ...each(beacon, 5, 'a power', notInt),
    ...each(beacon, 7, 'a tmst', notUint),
    ['a tmst of 2^32', put(beacon, 7, 2 ** 32)],
    ['no cell', beacon.slice(0, 6)],
    ['a ninth element', [...beacon, 0]],
    ['an untrimmed cell', put(beacon, 6, bytesOf('a1fb46622dff'))],
    ['a cell of no bytes', put(beacon, 6, zeros(0))],
    ['a cell of 8 bytes', put(beacon, 6, zeros(8))],
    ['a cell that is invalid', put(beacon, 6, bytesOf('a1fb4662'))],
    ['a cell of text', put(beacon, 6, '8a1fb46622dffff')],
    ['a cell of null', put(beacon, 6, null)],
  ],
  'a witness': [
    ['an id of 7 bytes', put(witness, 1, zeros(7))],
    ['an id of 16 bytes', put(witness, 1, zeros(16))],
    ['an id of text', put(witness, 1, '01234567')],
    ...each(witness, 2, 'a dt', notInt),
    ...each(witness, 3, 'an RSSI', notInt),
    ...each(
      witness,
      4,
      'an SNR',
      notInt.filter(([what]) => what !== 'null'),
    ),
    ...each(witness, 5, 'a frequency', notUint),
    ...each(witness, 6, 'a data rate', notUint),
    ...each(witness, 7, 'a tmst', notUint),
    ['a tmst of 2^32', put(witness, 7, 2 ** 32)],
    ['no data rate', witness.slice(0, 6)],
    ['a ninth element', [...witness, 0]],
    ['nothing', [-2]],
  ],
  'a block of witnesses': [
    ['one id twice', put(witnesses, 2, zeros(16))],
    ['ids for one', put(witnesses, 2, zeros(8))],
    ['ids of 17 bytes', put(witnesses, 2, zeros(17))],
    ['ids in an array', put(witnesses, 2, [zeros(8), zeros(8)])],
    ['a null in dt', put(witnesses, 1, [2, [null, 5]])],
    ['dt bare null', put(witnesses, 1, [2, null])],
    ['n alone', put(witnesses, 1, [2])],
    ['a third element of rows', put(witnesses, 1, [2, 5, 5])],
    ['n that is null', put(witnesses, 1, [null, 5])],
    ['a null in RSSI', put(witnesses, 3, [null, 7])],
    ['RSSI bare null', put(witnesses, 3, null)],
    ['an SNR of text', put(witnesses, 4, [null, '5'])],
    ['a null in frequency', put(witnesses, 5, [868_100, null])],
    ['frequency bare null', put(witnesses, 5, null)],
    ['a frequency below zero', put(witnesses, 5, [868_100, -868_101])],
    ['a null in the data rate', put(witnesses, 6, [null, 5])],
    ['a data rate below zero', put(witnesses, 6, [5, -6])],
    ['a bare data rate below zero', put(witnesses, 6, -1)],
    ['equal RSSI that are not bare', put(witnesses, 3, [-1000, 0])],
    ['a column of three', put(witnesses, 3, [-1000, 7, 7])],
    ['no data rate', witnesses.slice(0, 6)],
    ['a tmst', [...witnesses, 0]],
  ],
  'a heartbeat': [
    ['nothing', [-3]],
    ['a list', [-3, []]],
    ['a third element', [-3, map(), 0]],
    ...[0, 1, 2, 5, 6, 7, 8].flatMap((key) =>
      notUint.map(([what, value]): [string, CborValue] => [`key ${key} that is ${what}`, [-3, map([key, value])]]),
    ),
    ...notInt.map(([what, value]): [string, CborValue] => [
      `a board temperature that is ${what}`,
      [-3, map([4, value])],
    ]),
    ['a cell of text', [-3, map([3, '8a1fb46622dffff'])]],
    ['an untrimmed cell', [-3, map([3, bytesOf('a1fb46622dff')])]],
    ['an invalid cell', [-3, map([3, bytesOf('a1fb4662')])]],
    ['a cell that is a number', [-3, map([3, 5])]],
    ['a place of one number', [-3, map([9, [1]])]],
    ['a place of five numbers', [-3, map([9, [1, 2, 3, 4, 5]])]],
    ['a place with a negative accuracy', [-3, map([9, [1, 2, 3, -1]])]],
    ['a place with a null', [-3, map([9, [1, 2, null]])]],
    ['a place of floats', [-3, map([9, [1.5, 2.5]])]],
    ['a place that is a number', [-3, map([9, 1])]],
    ['a previous boot of one number', [-3, map([10, [1]])]],
    ['a previous boot of three numbers', [-3, map([10, [1, 2, 3]])]],
    ['a previous boot of 33 bits', [-3, map([10, [2 ** 32, 2]])]],
    ['a previous session of 7 bytes', [-3, map([10, [zeros(7), 2]])]],
    ['a last seq of 33 bits', [-3, map([10, [1, 2 ** 32]])]],
    ['key -1', [-3, map([-1, 5])]],
    ...['0', '1', '8', '11', 'x', '', 'constructor', 'toString', '__proto__', 'uptimeS'].map(
      (key): [string, CborValue] => [`the text key "${key}"`, [-3, map([key, 5])]],
    ),
  ],
  'a SenML block': [
    ['nothing', [-4]],
    ['a record that is not in a pack', [-4, map([2, 5])]],
    ['a third element', [-4, [map([2, 5])], 0]],
    ['a record that is a list', [-4, [[2, 5]]]],
    ['a record with a text label', [-4, [map(['v', 5])]]],
    ['one bad record after a good one', [-4, [map([2, 5]), 5]]],
  ],
}

describe('the table below', () => {
  it('changes blocks that are accepted', () => {
    for (const block of [beacon, beacon.slice(0, 7), witness, witness.slice(0, 7), witnesses, rows]) {
      expect(codeOf(report(block))).toBe('accepted')
    }
    for (const nonce of [8, 32]) expect(codeOf(report(put(beacon, 1, zeros(nonce))))).toBe('accepted')
    expect(
      codeOf(report([-3, map([3, cell], [4, -5], [9, [1, 2, -3, 4]], [10, [zeros(8), 2]], [11, map(['x', 5])])])),
    ).toBe('accepted')
    expect(codeOf(report([-4, [map([2, 5])]]))).toBe('accepted')
  })
})

describe.each(Object.entries(refused))('%s is refused', (_, cases) => {
  it.each(cases)('%s', (_name, block) => {
    expect(codeOf(report(block))).toBe('report/bad-shape')
    expect(readReport([7, 1, 0, [-16], block])).toMatchObject({ ok: false, error: { detail: 'block 1' } })
  })
})

describe('a report is refused', () => {
  it.each<[string, CborValue]>([
    ['that is a map', map([0, 7])],
    ['that is empty', []],
    ['without a seq', [7]],
    ['without a time', [7, 1]],
    ['with a negative boot', [-1, 1, 0, [1, 5]]],
    ['with a boot of text', ['7', 1, 0, [1, 5]]],
    ['with a boot that is null', [null, 1, 0, [1, 5]]],
    ['with a boot that is an integral float', [{ float: 7 }, 1, 0, [1, 5]]],
    ['with a negative seq', [7, -1, 0, [1, 5]]],
    ['with a seq that is null', [7, null, 0, [1, 5]]],
    ['with a seq that is an integral float', [7, { float: 1 }, 0, [1, 5]]],
    ['with a negative time', [7, 1, -1, [1, 5]]],
    ['with a time that is null', [7, 1, null, [1, 5]]],
    ['with a time that is a float', [7, 1, 0.5, [1, 5]]],
    ['with a time of text', [7, 1, '0', [1, 5]]],
    ['with no ticks', [7, 1, [], [1, 5]]],
    ['with negative ticks', [7, 1, [-1], [1, 5]]],
    ['with ticks that are null', [7, 1, [null], [1, 5]]],
    ['with a negative error of ticks', [7, 1, [5, -1], [1, 5]]],
    ['with an error of ticks that is null', [7, 1, [5, null], [1, 5]]],
    ['with three ticks', [7, 1, [5, 1, 1], [1, 5]]],
    ['with a block in the place of the time', [7, 1, [1, [2, 5], 5]]],
  ])('%s', (_, value) => expect(codeOf(value)).toBe('report/bad-shape'))
})
