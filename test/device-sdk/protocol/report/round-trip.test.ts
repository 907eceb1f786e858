import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Block, Report } from '../../../../device-sdk/protocol/index.ts'
import { decode, encode, encodeReport, pairOf, readReport } from '../../../../device-sdk/protocol/index.ts'
import { anyValue } from '../cbor/arbitrary.ts'
import { bytesOf, hexOf, publishedBytes } from '../fixtures.ts'
import { anyBlock, anyReport } from './arbitrary.ts'

const readPayload = (payload: Uint8Array) => {
  const decoded = decode(payload)
  return decoded.ok ? readReport(decoded.value) : decoded
}

/** The payload of one report with one block, and back. */
const there = (block: Block): string => hexOf(encodeReport({ boot: 7, seq: 1, time: 0, blocks: [block] }))

describe('a report', () => {
  it('gives back what it was written from, whatever its blocks', () => {
    fc.assert(
      fc.property(anyReport, (report) =>
        deepStrictEqual(readPayload(encodeReport(report)), { ok: true, value: report }),
      ),
      { numRuns: 1000 },
    )
  })

  it('starts with a pair that is read without its blocks', () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const decoded = decode(encodeReport(report))
        deepStrictEqual(decoded.ok && pairOf(decoded.value), { boot: report.boot, seq: report.seq })
      }),
      { numRuns: 100 },
    )
  })

  it('has one form only: of changed reports it accepts what it would write', () => {
    const seeds = fc.oneof(
      fc.constantFrom(...publishedBytes()),
      anyBlock.map((block) => encodeReport({ boot: 7, seq: 1, time: 0, blocks: [block] })),
    )
    fc.assert(
      fc.property(seeds, fc.nat(), fc.nat({ max: 255 }), (seed, at, byte) => {
        const bytes = seed.slice()
        bytes[at % bytes.length] = byte
        const read = readPayload(bytes)
        if (read.ok) strictEqual(hexOf(encodeReport(read.value)), hexOf(bytes))
      }),
      { numRuns: 5000 },
    )
  })

  it('never throws on any value, and accepts only what it would write', () => {
    const block = fc.array(anyValue(4), { maxLength: 9 }).map((list) => [-1 - (list.length % 4), ...list])
    fc.assert(
      fc.property(
        fc.oneof(
          anyValue(6),
          block.map((one) => [7, 1, 0, one]),
        ),
        (value) => {
          const read = readReport(value)
          if (read.ok) strictEqual(hexOf(encodeReport(read.value)), hexOf(encode(value)))
          else strictEqual(read.error.code, 'report/bad-shape')
        },
      ),
      { numRuns: 2000 },
    )
  })
})

describe('each part of a report on the wire', () => {
  it.each([
    [[7, 1, 1790003600], '8407011a6ab149908101'],
    [[7, 1, { ms: 5 }], '840701810581' + '01'],
    [[7, 1, { ms: 5, errS: 60 }], '8407018205183c8101'],
    [[bytesOf('0102030405060708'), 1, 0], '844801020304050607080100' + '8101'],
  ] as const)('puts boot, seq and time %j first', ([boot, seq, time], hex) => {
    const report: Report = { boot, seq, time, blocks: [{ type: 'sensor', schema: 1, stepsS: [], columns: [] }] }
    expect(hexOf(encodeReport(report))).toBe(hex)
  })

  const id = bytesOf('0102030405060708')
  const other = bytesOf('ffffffffffffffff')
  const seen = { dtMs: 5, rssiDdbm: -1000, snrDdb: null, freqKhz: 868_100, dr: 5 }

  it.each<[string, Block, string]>([
    ['one reading', { type: 'sensor', schema: 1, stepsS: [], columns: [[5], [null]] }, '830105f6'],
    [
      'two readings',
      {
        type: 'sensor',
        schema: 1,
        stepsS: [60],
        columns: [
          [5, 4],
          [2, 2],
        ],
      },
      '84018202183c82052002',
    ],
    [
      'uneven steps',
      { type: 'sensor', schema: 1, stepsS: [60, 50], columns: [[1, 1, 1]] },
      '83018203' + '82183c29' + '01',
    ],
    [
      'one witness',
      { type: 'witness', rows: [{ ...seen, beaconId: id }] },
      `8721${'48'}0102030405060708053903e7f61a000d3f0405`,
    ],
    [
      'one witness with tmst',
      { type: 'witness', rows: [{ ...seen, beaconId: id, tmst: 9 }] },
      '8821480102030405060708053903e7f61a000d3f040509',
    ],
    [
      'two witnesses',
      {
        type: 'witness',
        rows: [
          { ...seen, beaconId: id },
          { ...seen, beaconId: other, snrDdb: 7, dr: 4 },
        ],
      },
      '87218202055001020304050607 08ffffffffffffffff3903e782f6071a000d3f04820520'.replace(' ', ''),
    ],
    [
      'a beacon',
      {
        type: 'beacon',
        nonce: id,
        radio: 'cbrs',
        freqKhz: 868_100,
        dr: 5,
        txDdbm: 140,
        cell: '8001fffffffffff',
        tmst: 3,
      },
      '882048010203040506070805' + '1a000d3f0405188c' + '42001f' + '03',
    ],
    ['a heartbeat of nothing', { type: 'heartbeat' }, '8222a0'],
    [
      'a heartbeat',
      { type: 'heartbeat', dropped: 1, uptimeS: 2, place: [1, -1], previousBoot: [6, 9], more: [[11, 'x']] },
      '8222a50002080109820120' + '0a8206090b6178',
    ],
    [
      'SenML',
      {
        type: 'senml',
        records: [
          {
            entries: [
              [2, 1],
              [0, 'a'],
            ],
          },
        ],
      },
      '822381a20061610201',
    ],
    ['an extension', { type: 'extension', id: -16, values: ['a', null] }, '832f6161f6'],
  ])('writes %s so', (_, block, hex) => expect(there(block)).toBe(`84070100${hex}`))
})
