import { describe, expect, it } from 'vitest'
import type { CborKey, CborMap, CborValue } from '../../../../device-sdk/protocol/index.ts'
import { decode, encode, readReport } from '../../../../device-sdk/protocol/index.ts'
import { bytesOf, hexOf, load } from '../fixtures.ts'

const published = load('senml_cbor_hex')

/** One item from `at`. CBOR is free of prefixes, so the only prefix that decodes is the item. */
const itemAt = (bytes: Uint8Array, at: number): { value: CborValue; end: number } => {
  for (let end = at + 1; end <= bytes.length; end++) {
    const decoded = decode(bytes.subarray(at, end))
    if (decoded.ok) return { value: decoded.value, end }
  }
  throw new Error(`no item at ${at}`)
}

/** A pack of fewer than 24 records with fewer than 24 fields each, in whatever order its keys stand. */
const packOf = (bytes: Uint8Array): CborMap[] => {
  const records: CborMap[] = []
  let at = 1
  for (let left = (bytes[0] ?? 0) & 31; left > 0; left--) {
    const entries: [CborKey, CborValue][] = []
    for (let fields = (bytes[at++] ?? 0) & 31; fields > 0; fields--) {
      const key = itemAt(bytes, at)
      const value = itemAt(bytes, key.end)
      entries.push([key.value as number, value.value])
      at = value.end
    }
    records.push({ entries })
  }
  expect(at).toBe(bytes.length)
  return records
}

const sortedBytes = (bytes: Uint8Array): string => hexOf(bytes.slice().sort())

describe.each(['ex3', 'ex5'])('RFC 8428 example %s in CBOR', (name) => {
  const bytes = bytesOf(published[name])

  it('is refused as printed there, its keys being unsorted', () => {
    expect(decode(bytes)).toMatchObject({ ok: false, error: { detail: expect.stringContaining('keys not sorted') } })
  })

  it('is written to the same bytes but for the order of keys, and read back as a SenML block', () => {
    const records = packOf(bytes)
    const ours = encode(records)
    expect(ours).toHaveLength(bytes.length)
    expect(sortedBytes(ours)).toBe(sortedBytes(bytes))
    const sorted = decode(ours)
    if (!sorted.ok) throw new Error(sorted.error.detail)
    expect(readReport([7, 0, 0, [-4, sorted.value]])).toEqual({
      ok: true,
      value: { boot: 7, seq: 0, time: 0, blocks: [{ type: 'senml', records: sorted.value }] },
    })
  })
})

describe('RFC 8428 example ex3', () => {
  it('says what the RFC says', () => {
    const field = (record: CborMap | undefined, label: number) => record?.entries.find(([key]) => key === label)?.[1]
    const records = packOf(bytesOf(published.ex3))
    expect(field(records[0], -2)).toBe('urn:dev:ow:10e2073a0108006:')
    expect(field(records[0], -3)).toBe(1.276020076001e9)
    expect(records.map((record) => field(record, 0))).toEqual(['voltage', ...new Array(6).fill('current')])
    expect(records.map((record) => field(record, 2))).toEqual([120.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7])
    expect(records.map((record) => field(record, 6))).toEqual([undefined, -5, -4, -3, -2, -1, 0])
  })
})
