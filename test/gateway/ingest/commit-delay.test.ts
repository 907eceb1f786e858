import { describe, expect, it } from 'vitest'
import { breakTable } from '../harness.ts'
import { signReport, someTimeS, testKey } from '../keys.ts'
import { openTestIngest } from './parts.ts'

const key = testKey('porch')
const receivedMs = someTimeS * 1000
const report = (seq: number) => ({ kid: key.kid, message: signReport(key, { seq }), receivedMs })

/** An ingest with a commit delay, and the sizes of its commits. */
const openDelayed = (commitDelayMs: number) => {
  const sizes: number[] = []
  const observed: Parameters<typeof openTestIngest>[1] = (store) => ({
    ...store,
    log: {
      ...store.log,
      append: (batch) => {
        sizes.push(batch.entries.length)
        return store.log.append(batch)
      },
    },
  })
  return { ...openTestIngest([key], observed, undefined, { commitDelayMs }), sizes }
}

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}

describe('a commit that waits for more', () => {
  it('holds all that come meanwhile, settles none of them before, and is one', async () => {
    const parts = openDelayed(80)
    const from = performance.now()
    const settled: number[] = []
    const waiting = [0, 1, 2].map(async (seq) => {
      await turns(seq)
      await parts.takeOne(report(seq))
      settled.push(seq)
    })
    await turns(20)
    expect([parts.sizes, settled, parts.store.log.head()]).toEqual([[], [], 0])
    await Promise.all(waiting)
    expect([parts.sizes, settled]).toEqual([[3], [0, 1, 2]])
    expect(performance.now() - from).toBeGreaterThan(75)
  })

  it('comes early when the batch is full; the rest waits on', async () => {
    const parts = openDelayed(60_000)
    const taking = Array.from({ length: 300 }, (_, seq) => parts.takeOne(report(seq)))
    await Promise.all(taking.slice(0, 256))
    expect(parts.sizes).toEqual([256])
    parts.ingest.flush()
    await Promise.all(taking)
    expect(parts.sizes).toEqual([256, 44])
  })

  it('starts to wait anew for what comes after it', async () => {
    const parts = openDelayed(30)
    await parts.takeOne(report(0))
    const from = performance.now()
    await parts.takeOne(report(1))
    expect(parts.sizes).toEqual([1, 1])
    expect(performance.now() - from).toBeGreaterThan(25)
  })

  it('acknowledges nothing when the store is down, and waits and works again after that', async () => {
    const parts = openDelayed(20)
    const { mend } = breakTable(parts.folder, 'reports')
    const refused = await Promise.allSettled([parts.takeOne(report(0)), parts.takeOne(report(1))])
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(parts.failures).toMatchObject([{ messages: 2 }])
    mend()
    await Promise.all([parts.takeOne(report(0)), parts.takeOne(report(1))])
    expect(parts.store.log.head()).toBe(2)
  })
})
