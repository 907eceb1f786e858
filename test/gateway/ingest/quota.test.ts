import { expect, it } from 'vitest'
import { dailyQuota } from '../../../gateway/ingest/index.ts'
import { signReport, testKey } from '../keys.ts'
import { openTestIngest } from './parts.ts'

const key = testKey('porch')
const message = (seq: number) => signReport(key, { seq })

it('a device that stored too much today gets quota/exceeded, and what came is counted but not kept', async () => {
  const { take, store } = openTestIngest([key], undefined, 2 * message(0).length)
  expect(await take(key, message(0), message(1), message(2))).toEqual(['accepted', 'accepted', 'quota/exceeded'])
  expect(await take(key, message(3), message(1))).toEqual(['quota/exceeded', 'report/replay'])
  expect(store.log.totals()).toEqual({ accepted: 2, 'quota/exceeded': 2, 'report/replay': 1 })
  expect(store.log.find(key.kid, '00000001', 2)).toBeNull()
})

it('the quota is of one day (UTC), of one device, and outlives a restart', async () => {
  const { take, store } = openTestIngest([key])
  await take(key, message(0))
  const dayMs = 86_400_000
  const receivedMs = store.log.newest({ limit: 1 })[0]?.receivedMs ?? 0
  const quota = dailyQuota(store, message(0).length)
  expect(quota.allows(key.kid, 1, receivedMs + dayMs)).toBe(true)
  expect(quota.allows('0'.repeat(16), 1, receivedMs)).toBe(true)
  const bytes = store.log.bytesOn(key.kid, Math.floor(receivedMs / dayMs))
  expect(bytes).toBeGreaterThan(64)
  expect(dailyQuota(store, bytes).allows(key.kid, 1, receivedMs)).toBe(false)
  expect(dailyQuota(store, bytes + 1).allows(key.kid, 1, receivedMs)).toBe(true)
})

it('a batch that was not written spends nothing', async () => {
  const fails = { now: true }
  const { take, store } = openTestIngest(
    [key],
    (real) => ({
      ...real,
      log: {
        ...real.log,
        append: (batch) => {
          if (fails.now) throw new Error('disk full')
          return real.log.append(batch)
        },
      },
    }),
    message(0).length,
  )
  await expect(take(key, message(0))).rejects.toThrow('disk full')
  fails.now = false
  expect(await take(key, message(0))).toEqual(['accepted'])
  expect(store.log.head()).toBe(1)
})
