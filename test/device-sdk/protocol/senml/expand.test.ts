import { decode as decodeCborX } from 'cbor-x'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Block, CborMap, ReportTime } from '../../../../device-sdk/protocol/index.ts'
import {
  decode,
  encode,
  expandReport,
  resolveSenml,
  senmlFromCbor,
  senmlToCbor,
  standardSchema,
  standardSchemas,
} from '../../../../device-sdk/protocol/index.ts'
import { bytesOf, load } from '../fixtures.ts'

const kid = '564341bee9b4caeb'
const time = 1_790_000_000
const expand = (blocks: readonly Block[], at: ReportTime = time) => {
  const records = expandReport({ boot: 1, seq: 2, time: at, blocks }, 1, kid, standardSchema)
  if (!records.ok) throw new Error(records.error.code)
  return records.value
}
const sensor = (schema: number, ...columns: (number | null)[][]): Block => {
  const rows = columns[0]?.length ?? 1
  return { type: 'sensor', schema, stepsS: Array.from({ length: rows - 1 }, (_, i) => 30 + i), columns }
}

describe('a report as SenML', () => {
  it('names, units and divides, and leaves out nulls', () => {
    expect(expand([sensor(1, [2240, 2250], [551, null], [1325, 1325])])).toEqual([
      { bn: 'hexfix:1:564341bee9b4caeb:', bt: time, n: 'temperature', u: 'Cel', v: 22.4 },
      { n: 'humidity', u: '%RH', v: 55.1 },
      { n: 'pressure', u: 'Pa', v: 101_325 },
      { n: 'temperature', u: 'Cel', t: 30, v: 22.5 },
      { n: 'pressure', u: 'Pa', t: 30, v: 101_325 },
    ])
  })

  it('says version 26 only where a unit is not in the primary registry', () => {
    const versionOf = (block: Block) => expand([block])[0]?.bver
    expect(standardSchemas.map(({ id, fields }) => versionOf(sensor(id, ...fields.map(() => [1]))))).toEqual([
      undefined,
      26,
      26,
      undefined,
      undefined,
    ])
    // The one secondary unit of the block was not measured.
    expect(versionOf(sensor(3, [null], [1], [1], [1], [1], [1]))).toBeUndefined()
  })

  it('carries no time where the report has ticks, or a time that SenML takes as relative', () => {
    for (const at of [{ ms: 5 }, { ms: 5, errS: 1 }, 2 ** 28 - 1]) {
      const text = JSON.stringify(expand([sensor(1, [1, 2], [1, 2], [1, 2])], at))
      expect(text).not.toMatch(/"b?t":/)
    }
    expect(expand([sensor(1, [1], [1], [1])], 2 ** 28)[0]?.bt).toBe(2 ** 28)
  })

  it('holds every sensor block of known schema, and nothing else', () => {
    const names = expand([
      { type: 'heartbeat', uptimeS: 1 },
      sensor(1, [1], [null], [null]),
      sensor(1024, [1]),
      sensor(2, [1], [null], [2]),
    ]).map(({ n }) => n)
    expect(names).toEqual(['temperature', 'pm2_5', 'co2'])
    expect(expand([{ type: 'heartbeat' }])).toEqual([])
    expect(expand([sensor(1, [null], [null], [null])])).toEqual([])
  })

  it('resolves to the value of every cell at its time, in both forms', () => {
    const cell = fc.option(fc.integer({ min: -1_000_000, max: 1_000_000 }))
    const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(rows, (table) => {
        const block = sensor(1, ...[0, 1, 2].map((column) => table.map((row) => row[column] ?? null)))
        const records = expand([block])
        const expected = table.flatMap((row, r) => {
          const t = time + Array.from({ length: r }, (_, i) => 30 + i).reduce((sum, step) => sum + step, 0)
          const [a, b, c] = row
          return [
            { n: `hexfix:1:${kid}:temperature`, u: 'Cel', t, v: a === null ? null : Number(`${a}e-2`) },
            { n: `hexfix:1:${kid}:humidity`, u: '%RH', t, v: b === null ? null : Number(`${b}e-1`) },
            { n: `hexfix:1:${kid}:pressure`, u: 'Pa', t, v: c === null ? null : c + 100_000 },
          ].filter(({ v }) => v !== null)
        })
        if (expected.length === 0) {
          expect(records).toEqual([])
          return
        }
        expect(resolveSenml(JSON.parse(JSON.stringify(records)), 0)).toEqual({ ok: true, value: expected })
        const cbor = encode(senmlToCbor(records))
        const decoded = decode(cbor)
        expect(decoded.ok && resolveSenml(senmlFromCbor(decoded.value as readonly CborMap[]), 0)).toEqual({
          ok: true,
          value: expected,
        })
      }),
      { examples: [[[[null, null, null]]]] },
    )
  })

  it('has integer labels in CBOR, which another library reads', () => {
    const records = expand([sensor(2, [10], [20], [400])])
    const read = decodeCborX(encode(senmlToCbor(records))) as Record<string, unknown>[]
    expect(read[0]).toEqual({ '-2': 'hexfix:1:564341bee9b4caeb:', '-3': time, '-1': 26, 0: 'pm2_5', 1: 'ug/m3', 2: 1 })
    expect(read[2]).toEqual({ 0: 'co2', 1: 'ppm', 2: 400 })
  })

  it('is refused past 65 536 values, however few bytes stand for them', () => {
    const bare = sensor(1, ...[1, 2, 3].map((value) => new Array<number>(4096).fill(value)))
    const six = { boot: 1, seq: 2, time, blocks: [bare, bare, bare, bare, bare] }
    expect(expandReport(six, 1, kid, standardSchema).ok).toBe(true)
    expect(expandReport({ ...six, blocks: [...six.blocks, bare] }, 1, kid, standardSchema)).toMatchObject({
      error: { code: 'senml/too-large' },
    })
  })
})

describe('the CBOR form', () => {
  it('of the examples of RFC 8428 reads as their JSON form', () => {
    const hex = load('senml_cbor_hex')
    for (const name of ['ex3', 'ex5']) {
      // Not in deterministic order, so read by another library, as a map of numbers.
      const list = decodeCborX(bytesOf(hex[name])) as Record<string, number | string>[]
      const maps = list.map((one) => ({
        entries: Object.entries(one).map(([label, value]) => [Number(label), value] as const),
      }))
      expect(senmlFromCbor(maps)).toEqual(
        (load(`senml/senml_${name}`) as object[]).map((one) => expect.objectContaining(one)),
      )
    }
  })

  it('holds data values as bytes', () => {
    const [map] = senmlToCbor([{ n: 'a', vd: 'aGkgCg' }])
    expect(map?.entries).toEqual([
      [0, 'a'],
      [8, new Uint8Array(Buffer.from('hi \n'))],
    ])
    expect(senmlFromCbor([map as CborMap])).toEqual([{ n: 'a', vd: 'aGkgCg' }])
  })
})
