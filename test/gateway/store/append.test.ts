import { describe, expect, it } from 'vitest'
import { sha256 } from '../../../device-sdk/signer/index.ts'
import { emptyDrafts } from '../../../gateway/ingest/drafts.ts'
import type { Batch, LogEntry } from '../../../gateway/store/index.ts'
import { openStore } from '../../../gateway/store/index.ts'
import { must, openTestStore, testFolder } from '../harness.ts'

const none: Batch = emptyDrafts()
const kid = '00112233445566aa'
const dayMs = 86_400_000

const entry = (seq: number, more: Partial<LogEntry> = {}): LogEntry => {
  const payload = new Uint8Array([seq, 1, 2, 3])
  const signature = new Uint8Array(64).fill(7)
  const fixed = { kid, boot: '00000001', receivedMs: 1_000, code: 'accepted' as const }
  return { ...fixed, seq, digest: sha256(payload), payload, signature, ...more }
}

const bad = (receivedMs = 1_000, name = kid): Batch['evidence'][number] => {
  return { kid: name, receivedMs, code: 'wire/malformed', detail: 'a tag', message: new Uint8Array([1]) }
}

const latest = (timeS: number | null, cell: number, at = 0, receivedMs = 1_000_000): Batch['latest'][number] => {
  return { kid, schema: 1, receivedMs, timeS, cells: [cell, null], entry: at }
}

describe('append', () => {
  it('gives rising indexes of the log in the order of the batch', () => {
    const { log } = openTestStore()
    expect(log.append({ ...none, entries: [entry(5), entry(3)] })).toEqual([1, 2])
    expect(log.append({ ...none, entries: [entry(4)] })).toEqual([3])
    expect(log.range(0, 9, 10).map(({ logIndex, seq }) => [logIndex, seq])).toEqual([
      [1, 5],
      [2, 3],
      [3, 4],
    ])
    expect(log.range(1, 2, 10).map(({ seq }) => seq)).toEqual([3])
    expect(log.newest({ kid, after: 1, limit: 1 }).map(({ seq }) => seq)).toEqual([4])
    expect(log.newest({ kid: 'another', limit: 9 })).toEqual([])
  })

  it('writes nothing of a batch that fails in its middle', () => {
    const { log, gaps } = openTestStore()
    log.append({ ...none, entries: [entry(1)] })
    const failing: Batch = {
      entries: [entry(2, { boot: '00000002' }), entry(1), entry(3)],
      evidence: [bad()],
      replays: [{ kid, receivedMs: 1_000 }],
      equivocated: [{ kid, boot: '00000001', seq: 1 }],
      ends: [{ kid, boot: '00000000', seq: 8 }],
      latest: [latest(5, 1)],
      activated: [],
    }
    expect(() => log.append(failing)).toThrow('UNIQUE')
    expect(log.head()).toBe(1)
    expect(log.find(kid, '00000002', 2)).toBeNull()
    expect(log.find(kid, '00000001', 1)?.equivocated).toBe(false)
    expect(log.boots()).toEqual([{ kid, boot: '00000001', seqMax: 1 }])
    expect(log.evidence(10)).toEqual([])
    expect(log.latest()).toEqual([])
    expect(log.totals()).toEqual({ accepted: 1 })
    expect(gaps.ends(kid, 9)).toEqual([])
    expect(log.append({ ...none, entries: [entry(3)] })).toEqual([2])
  })

  it('keeps everything when the store is closed and opened again', () => {
    const folder = testFolder()
    const first = must(openStore(folder))
    // A view into a larger buffer, as messages from a socket are.
    const payload = Buffer.from('--payload--').subarray(2, 9)
    first.log.append({
      entries: [entry(1, { payload, code: 'time/ahead' })],
      evidence: [bad()],
      replays: [{ kid, receivedMs: 1_000 }],
      equivocated: [{ kid, boot: '00000001', seq: 1 }],
      ends: [{ kid, boot: '00000000', seq: 8 }],
      latest: [latest(5, -3)],
      activated: [],
    })
    first.close()
    const { log, gaps } = openTestStore(folder)
    expect(gaps.ends(kid, 9)).toEqual([{ boot: '00000000', seq: 8 }])
    const found = log.find(kid, '00000001', 1)
    expect(found).toMatchObject({ logIndex: 1, kid, boot: '00000001', seq: 1, receivedMs: 1_000, code: 'time/ahead' })
    expect(found?.equivocated).toBe(true)
    expect(Buffer.from(found?.payload ?? []).toString()).toBe('payload')
    expect(Buffer.from(found?.signature ?? [])).toEqual(Buffer.alloc(64, 7))
    expect(Buffer.from(found?.digest ?? [])).toEqual(Buffer.from(entry(1).digest))
    expect(log.at(1)).toEqual(found)
    expect(log.evidence(10)).toMatchObject([{ kid, code: 'wire/malformed', detail: 'a tag' }])
    expect(log.totals()).toEqual({ 'report/replay': 1, 'time/ahead': 1, 'wire/malformed': 1 })
    expect(log.latest()).toEqual([{ kid, schema: 1, logIndex: 1, receivedMs: 1_000_000, timeS: 5, cells: [-3, null] }])
  })

  it('takes an empty message as evidence', () => {
    const { log } = openTestStore()
    log.append({ ...none, evidence: [{ ...bad(), message: Buffer.alloc(0) }] })
    expect(log.evidence(1)).toHaveLength(1)
  })

  it('knows the highest seq of each boot', () => {
    const { log } = openTestStore()
    log.append({ ...none, entries: [entry(9), entry(2), entry(4, { boot: '00000000' })] })
    log.append({ ...none, entries: [entry(7)] })
    expect(log.boots()).toEqual([
      { kid, boot: '00000000', seqMax: 4 },
      { kid, boot: '00000001', seqMax: 9 },
    ])
    expect(log.twice()).toBe(0)
  })
})

describe('evidence', () => {
  const kept = (log: { evidence(limit: number): { kid: string; receivedMs: number }[] }, name: string, day: number) =>
    log.evidence(9_999).filter((one) => one.kid === name && Math.floor(one.receivedMs / dayMs) === day).length

  it('is kept for 1000 messages of a device and day, and counted past that', () => {
    const { log } = openTestStore()
    for (let i = 0; i < 6; i++) log.append({ ...none, evidence: new Array(200).fill(bad()) })
    expect(kept(log, kid, 0)).toBe(1_000)
    expect(log.totals()).toEqual({ 'wire/malformed': 1_200 })
    log.append({ ...none, evidence: [bad(dayMs), bad(1_000, 'another')] })
    expect([kept(log, kid, 1), kept(log, 'another', 0), kept(log, kid, 0)]).toEqual([1, 1, 1_000])
  })

  it('is bounded within one batch too', () => {
    const { log } = openTestStore()
    log.append({ ...none, evidence: [...new Array(1_100).fill(bad()), bad(1_000, 'another')] })
    expect([kept(log, kid, 0), kept(log, 'another', 0)]).toEqual([1_000, 1])
    expect(log.totals()).toEqual({ 'wire/malformed': 1_101 })
  })
})

describe('the latest values', () => {
  it('keep the newest reading time, whatever comes later', () => {
    const { log } = openTestStore()
    log.append({ ...none, entries: [entry(1)], latest: [latest(100, 1)] })
    log.append({ ...none, entries: [entry(2)], latest: [latest(50, 2)] })
    expect(log.latest()).toMatchObject([{ timeS: 100, logIndex: 1, cells: [1, null] }])
    log.append({ ...none, entries: [entry(3)], latest: [latest(100, 3)] })
    expect(log.latest()).toMatchObject([{ timeS: 100, logIndex: 3, cells: [3, null] }])
  })

  it('are not held for ever by rows of a time to come', () => {
    const { log } = openTestStore()
    log.append({ ...none, entries: [entry(1)], latest: [latest(2 ** 40, 1, 0, 1_000_000)] })
    log.append({ ...none, entries: [entry(2)], latest: [latest(1_001, 2, 0, 1_001_000)] })
    expect(log.latest()).toMatchObject([{ timeS: 1_001, logIndex: 2 }])
  })

  it('follow the order of arrival where a device has no clock', () => {
    const { log } = openTestStore()
    log.append({ ...none, entries: [entry(1), entry(2)], latest: [latest(null, 1), latest(null, 2, 1)] })
    expect(log.latest()).toMatchObject([{ timeS: null, logIndex: 2, cells: [2, null] }])
  })
})
