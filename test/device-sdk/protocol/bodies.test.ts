import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CborValue } from '../../../device-sdk/protocol/index.ts'
import {
  bodies,
  encode,
  encodeCommand,
  encodeEntropy,
  encodeResult,
  encodeSync,
  encodeTimeRequest,
  encodeUpdate,
  mtypes,
  ops,
  readCommand,
  readEntropy,
  readResult,
  readSync,
  readTimeRequest,
  readUpdate,
} from '../../../device-sdk/protocol/index.ts'
import { bytesOf, hexOf, load } from './fixtures.ts'

const again = (mtype: number, payload: Uint8Array) => bodies[mtype]?.again(payload)
const u32 = 0xffff_ffff
const eight = new Uint8Array(8).fill(7)
const many = new Uint8Array(32).fill(9)

const published: readonly { name: string; mtype: number; payload: string }[] = load('wire_bodies').messages

describe('every type of body', () => {
  it('has a reader and a writer', () => {
    expect(Object.keys(bodies).map(Number).sort()).toEqual(Object.values(mtypes).sort())
    expect(new Set(published.map(({ mtype }) => mtype))).toEqual(new Set(Object.values(mtypes)))
  })

  it('report-irregular is refused: it has three cells a column for its four rows', () => {
    const irregular = published.find(({ name }) => name === 'report-irregular')
    expect(again(mtypes.report, bytesOf(irregular?.payload ?? ''))).toMatchObject({
      error: { code: 'report/bad-shape' },
    })
  })

  const sound = published.filter(({ name }) => name !== 'report-irregular')
  it.each(sound.map((one) => [one.name, one] as const))('%s is read and written to the same bytes', (_, one) => {
    const written = again(one.mtype, bytesOf(one.payload))
    expect(written?.ok === true && hexOf(written.value)).toBe(one.payload)
  })

  it.each(Object.entries(mtypes))('%s refuses what is no body of its type', (_, mtype) => {
    for (const value of [null, 0, [], [[]], {}, 'text', [1, 2, 3, 4, 5, 6, 7, 8]] as CborValue[]) {
      const payload = value !== null && !Array.isArray(value) && typeof value === 'object' ? { entries: [] } : value
      expect(again(mtype, encode(payload))?.ok, JSON.stringify(value)).toBe(
        mtype === mtypes.command && Array.isArray(value) && value.length === 8,
      )
    }
    expect(again(mtype, new Uint8Array(0))?.ok).toBe(false)
  })

  it('a report of a network schema is not judged by its fields, one of a standard schema is', () => {
    const report = (schema: number) => encode([1, 2, 3, [schema, 1]])
    expect(again(mtypes.report, report(1024))?.ok).toBe(true)
    expect(again(mtypes.report, report(1023))).toMatchObject({ error: { code: 'report/unknown-schema' } })
    expect(again(mtypes.report, report(1))).toMatchObject({ error: { code: 'report/bad-shape' } })
  })
})

describe('bodies', () => {
  const value = (name: string) => bytesOf(published.find((one) => one.name === name)?.payload ?? '')

  it('say what the vectors say', () => {
    const nonce = bytesOf('a1a2a3a4a5a6a7a8')
    expect(readTimeRequest(value('time-request'))).toEqual({ ok: true, value: { nonce, session: true } })
    const sync = { echo: nonce, nowS: 1_790_000_000, ms: 512 }
    expect(readSync(value('sync-session'))).toEqual({ ok: true, value: { ...sync, boot: bytesOf('0102030405060708') } })
    expect(readSync(value('sync-boot'))).toEqual({ ok: true, value: { ...sync, boot: 9 } })
    expect(readCommand(value('command'))).toEqual({ ok: true, value: { n: 1, op: ops.interval, args: [60] } })
    expect(readResult(value('result'))).toEqual({ ok: true, value: { n: 1, status: 0 } })
    expect(readEntropy(value('entropy'))).toMatchObject({ value: { index: 12 } })
    expect(readUpdate(value('update'))).toMatchObject({
      value: { n: 2, firmware: 13, size: 14_213, board: 'puckjs', url: 'https://gateway.example/fw/13' },
    })
  })

  it('survive writing and reading, at their limits too', () => {
    const uint32 = fc.integer({ min: 0, max: u32 })
    const nonce = fc.uint8Array({ minLength: 8, maxLength: 8 })
    const boot = fc.option(fc.oneof(uint32, nonce), { nil: undefined })
    const args = fc.array(fc.oneof(fc.maxSafeInteger(), fc.string({ maxLength: 9 }), fc.boolean(), fc.constant(null)))
    fc.assert(
      fc.property(nonce, uint32, fc.integer({ min: 0, max: 999 }), boot, args, (echo, n, ms, next, list) => {
        const sync = { echo, nowS: n, ms, ...(next === undefined ? {} : { boot: next }) }
        expect(readSync(encodeSync(sync))).toEqual({ ok: true, value: sync })
        const request = { nonce: echo, session: n % 2 === 1 }
        expect(readTimeRequest(encodeTimeRequest(request))).toEqual({ ok: true, value: request })
        const command = { n, op: ms, args: list }
        expect(readCommand(encodeCommand(command))).toEqual({ ok: true, value: command })
        for (const detail of list) {
          const result = { n, status: ms, detail }
          expect(readResult(encodeResult(result))).toEqual({ ok: true, value: result })
        }
      }),
    )
    const entropy = { index: u32, value: many }
    expect(readEntropy(encodeEntropy(entropy))).toEqual({ ok: true, value: entropy })
    const update = { n: u32, firmware: u32, size: 2 ** 53 - 1, sha256: many, board: '', url: 'x' }
    expect(readUpdate(encodeUpdate(update))).toEqual({ ok: true, value: update })
  })

  it.each<[string, number, CborValue[], [number, CborValue][]]>([
    [
      'time request',
      mtypes.time,
      [eight, 0],
      [
        [0, many],
        [0, 1],
        [1, 2],
        [1, true],
      ],
    ],
    [
      'sync',
      mtypes.sync,
      [eight, 1, 999, 5],
      [
        [0, many],
        [1, -1],
        [2, 1000],
        [2, -1],
        [3, u32 + 1],
        [3, many],
        [3, null],
      ],
    ],
    [
      'command',
      mtypes.command,
      [u32, 0],
      [
        [0, u32 + 1],
        [0, -1],
        [1, -1],
        [1, 'ping'],
      ],
    ],
    [
      'result',
      mtypes.result,
      [0, 0],
      [
        [0, u32 + 1],
        [1, -1],
        [1, null],
      ],
    ],
    [
      'update',
      mtypes.update,
      [1, 2, 3, many, 'b', 'u'],
      [
        [0, -1],
        [1, u32 + 1],
        [2, -1],
        [3, eight],
        [4, 1],
        [5, null],
      ],
    ],
    [
      'entropy',
      mtypes.entropy,
      [u32, many],
      [
        [0, u32 + 1],
        [0, -1],
        [1, eight],
        [1, 'x'],
      ],
    ],
  ])('%s refuses a field of another type or size', (_, mtype, good, changes) => {
    expect(again(mtype, encode(good))?.ok).toBe(true)
    for (const [at, bad] of changes) {
      const changed = good.map((field, i) => (i === at ? bad : field))
      expect(again(mtype, encode(changed)), `${at}`).toMatchObject({ ok: false, error: { code: 'wire/malformed' } })
    }
    if (mtype !== mtypes.command) expect(again(mtype, encode([...good, 1, 1, 1]))?.ok).toBe(false)
  })
})
