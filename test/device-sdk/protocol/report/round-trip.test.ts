import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Block, Report } from '../../../../device-sdk/protocol/index.ts'
import { decode, encode, encodeReport, pairOf, readReport } from '../../../../device-sdk/protocol/index.ts'
import { anyValue } from '../cbor/arbitrary.ts'
import { bytesOf, hexOf, load, publishedBytes } from '../fixtures.ts'
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

  it.each(['report-nulls', 'report-two'])('is written as published in %s', (name) => {
    const { payload } = load('wire_bodies').messages.find((body: { name: string }) => body.name === name)
    const read = readPayload(bytesOf(payload))
    expect(read.ok && hexOf(encodeReport(read.value))).toBe(payload)
  })

  // The published body has three cells a column for its four rows, so that it is good for the signature only.
  it('is read as published in report-irregular once its columns have a cell for each row', () => {
    const { payload } = load('wire_bodies').messages.find((body: { name: string }) => body.name === 'report-irregular')
    expect(readPayload(bytesOf(payload))).toMatchObject({ ok: false, error: { code: 'report/bad-shape' } })
    const whole = payload.replace('831908c00121', '841908c0012100').replace('831902270001', '84190227000100')
    expect(readPayload(bytesOf(whole))).toMatchObject({
      ok: true,
      value: {
        blocks: [
          {
            stepsS: [30, 60, 50],
            columns: [
              [2240, 2241, 2239, 2239],
              [551, 551, 552, 552],
              [1325, 1325, 1325, 1325],
            ],
          },
        ],
      },
    })
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
    [[7, 1, { ms: 5 }], '84070181058101'],
    [[7, 1, { ms: 5, errS: 60 }], '8407018205183c8101'],
    [[bytesOf('0102030405060708'), 1, 0], '8448010203040506070801008101'],
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
    ['uneven steps', { type: 'sensor', schema: 1, stepsS: [60, 50], columns: [[1, 1, 1]] }, '8301820382183c2901'],
    [
      'one witness',
      { type: 'witness', rows: [{ ...seen, beaconId: id }] },
      `8721480102030405060708053903e7f61a000d3f0405`,
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
      '8721820205500102030405060708ffffffffffffffff3903e782f6071a000d3f04820520',
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
      '8820480102030405060708051a000d3f0405188c42001f03',
    ],
    ['a heartbeat of nothing', { type: 'heartbeat' }, '8222a0'],
    [
      'a heartbeat',
      { type: 'heartbeat', dropped: 1, uptimeS: 2, place: [1, -1], previousBoot: [6, 9], more: [[11, 'x']] },
      '8222a500020801098201200a8206090b6178',
    ],
    [
      'a heartbeat with every key',
      {
        type: 'heartbeat',
        uptimeS: 0,
        supplyMv: 1,
        firmware: 2,
        cell: '8001fffffffffff',
        boardDcel: -1,
        freeBytes: 5,
        resetCause: 6,
        energyWh: 7,
        dropped: 8,
        place: [1, 2, 3, 4],
        previousBoot: [id, 0],
        more: [[11, null]],
      },
      `8222ac0000010102020342001f042005050606070708080984010203040a82480102030405060708000bf6`,
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
