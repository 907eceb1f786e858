import { describe, expect, it } from 'vitest'
import type { CborValue } from '../../../../device-sdk/protocol/index.ts'
import { codeOf } from './code-of.ts'

const many = <T>(count: number, item: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => item(at))
const report = (...blocks: CborValue[]): CborValue => [7, 1, 0, ...blocks]
const differing = (count: number): CborValue => many(count, (at) => (at === 0 ? 5 : at % 2 ? 1 : -1))

const witnesses = (n: number): CborValue => {
  const ids = new Uint8Array(8 * n)
  for (let at = 0; at < n; at++) new DataView(ids.buffer).setUint32(8 * at, at)
  return [-2, [n, differing(n)], ids, -1000, null, 868_100, 5]
}

const session = (bytes: number): CborValue => [new Uint8Array(bytes), 1, 0, [1, 5]]
const most = 0xffff_ffff

describe('the maximums of a report', () => {
  it.each<[string, CborValue, CborValue]>([
    ['1 to 20 blocks, the least', report([-16]), report()],
    ['1 to 20 blocks, the most', report(...many(20, () => [-16])), report(...many(21, () => [-16]))],
    ['1 to 32 columns, the least', report([1, null]), report([1])],
    ['1 to 32 columns, the most', report([1, ...many(32, () => 5)]), report([1, ...many(33, () => 5)])],
    ['1 to 32 columns of rows, the least', report([1, [2, 60], null]), report([1, [2, 60]])],
    [
      '1 to 32 columns of rows, the most',
      report([1, [2, 60], ...many(32, () => 5)]),
      report([1, [2, 60], ...many(33, () => 5)]),
    ],
    ['2 to 4096 rows, the least', report([1, [2, 60], 5]), report([1, [1, 60], 5])],
    [
      '2 to 4096 rows, the most',
      report([1, [4096, differing(4095)], differing(4096)]),
      report([1, [4097, differing(4096)], differing(4097)]),
    ],
    ['2 to 4096 bare rows, the most', report([1, [4096, 60], 5]), report([1, [4097, 60], 5])],
    [
      '2 to 512 witnesses, the least',
      report(witnesses(2)),
      report([-2, [1, 5], new Uint8Array(8), -1000, null, 868_100, 5]),
    ],
    ['2 to 512 witnesses, the most', report(witnesses(512)), report(witnesses(513))],
    ['1 to 64 records of SenML, the least', report([-4, [{ entries: [] }]]), report([-4, []])],
    [
      '1 to 64 records of SenML, the most',
      report([-4, many(64, () => ({ entries: [[2, 5]] as const }))]),
      report([-4, many(65, () => ({ entries: [[2, 5]] as const }))]),
    ],
    ['a seq of 32 bits', [7, most, 0, [1, 5]], [7, most + 1, 0, [1, 5]]],
    ['a boot of 32 bits', [most, 1, 0, [1, 5]], [most + 1, 1, 0, [1, 5]]],
    ['a session of 8 bytes, not 7', session(8), session(7)],
    ['a session of 8 bytes, not 9', session(8), session(9)],
    ['extensions from -16 down', report([-16]), report([-15])],
  ])('%s', (_, within, past) => {
    expect(codeOf(within)).toBe('accepted')
    expect(codeOf(past)).toBe('report/bad-shape')
  })
})
