import { describe, expect, it } from 'vitest'
import { dailyQuota } from '../../../gateway/ingest/index.ts'
import { breakTable } from '../harness.ts'
import { forged, signReport, someTimeS, testKey } from '../keys.ts'
import { openTestIngest } from './parts.ts'

const key = testKey('porch')
const neighbour = testKey('neighbour')
const message = (seq: number): Uint8Array => signReport(key, { seq })
/** What is stored of a report: payload and signature. */
const size = signReport(key, { seq: 10 }, { compact: true }).length
const dayMs = 86_400_000

const openWithin = (messages: number) => openTestIngest([key, neighbour], (store) => store, messages * size)

describe('the quota of a day', () => {
  it('ends what a device may store, and nothing of its neighbour', async () => {
    const parts = openWithin(3)
    expect(await parts.take(key, message(10), message(11))).toEqual(['accepted', 'accepted'])
    const { calls } = parts.counted
    expect(await parts.take(key, message(12), message(13), message(14))).toEqual([
      'accepted',
      'quota/exceeded',
      'quota/exceeded',
    ])
    expect(parts.counted.calls).toBe(calls + 1)
    expect(await parts.take(neighbour, signReport(neighbour, { seq: 10 }))).toEqual(['accepted'])
    expect(parts.store.log.totals()).toEqual({ accepted: 4, 'quota/exceeded': 2 })
  })

  it('still knows what came before: a replay stays a replay', async () => {
    const parts = openWithin(1)
    await parts.take(key, message(10))
    expect(await parts.take(key, message(11), message(10))).toEqual(['quota/exceeded', 'report/replay'])
  })

  it('is new on the next day, and takes then what it refused', async () => {
    const parts = openWithin(1)
    expect(await parts.take(key, message(10), message(11))).toEqual(['accepted', 'quota/exceeded'])
    const receivedMs = someTimeS * 1000 + dayMs
    await parts.takeOne({ kid: key.kid, message: message(11), receivedMs })
    expect(parts.committed.at(-1)?.verdict.code).toBe('accepted')
  })

  it('is not spent by what is only evidence: a forgery costs the device that it names nothing', async () => {
    const parts = openWithin(1)
    await parts.take(key, ...Array.from({ length: 5 }, (_, i) => forged(message(i + 20))))
    expect(await parts.take(key, message(10))).toEqual(['accepted'])
  })

  it('is not spent by a batch that was not written', async () => {
    const parts = openWithin(2)
    await parts.take(key, message(10))
    const { mend } = breakTable(parts.folder, 'counts', 'UPDATE')
    await expect(parts.take(key, message(11))).rejects.toThrow('the disk is gone')
    mend()
    expect(await parts.take(key, message(11))).toEqual(['accepted'])
  })

  it('is the same after a restart', async () => {
    const parts = openWithin(4)
    await parts.take(key, message(10), message(11), forged(message(12)), message(10))
    const day = someTimeS * 1000
    for (const [bytes, may] of [
      [2 * size, true],
      [2 * size + 1, false],
    ] as const) {
      expect(dailyQuota(parts.store, 4 * size).allows(key.kid, bytes, day), `${bytes}`).toBe(may)
    }
  })
})
