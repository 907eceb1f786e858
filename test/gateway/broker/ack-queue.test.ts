import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAckQueue } from '../../../gateway/broker/ack-queue.ts'

const tick = () => new Promise((resolve) => setImmediate(resolve))

/** A queue with what it wrote, told and failed with. */
const openQueue = () => {
  const writes: Buffer[] = []
  const waiting: number[] = []
  const failures: Error[] = []
  const queue = createAckQueue({
    write: (pubacks) => writes.push(pubacks),
    changed: (count) => waiting.push(count),
    failed: (error) => failures.push(error),
  })
  const acknowledged = (): number[] => {
    const bytes = Buffer.concat(writes)
    const ids: number[] = []
    for (let at = 0; at < bytes.length; at += 4) {
      expect(bytes.readUInt16BE(at)).toBe(0x4002)
      ids.push(bytes.readUInt16BE(at + 2))
    }
    return ids
  }
  return { queue, writes, waiting, failures, acknowledged }
}

test('acknowledges in the order of arrival, whatever the order of storing', async () => {
  const order = fc.integer({ min: 1, max: 12 }).chain((size) => {
    const indexes = [...Array(size).keys()]
    return fc.shuffledSubarray(indexes, { minLength: size, maxLength: size })
  })
  await fc.assert(
    fc.asyncProperty(order, async (storing) => {
      const { queue, acknowledged } = openQueue()
      const settle = storing.map((_, i) => queue.expect(0xff00 + i))
      const stored = new Set<number>()
      for (const i of storing) {
        settle[i]?.(null)
        stored.add(i)
        await tick()
        let durable = 0
        while (stored.has(durable)) durable += 1
        expect(acknowledged()).toEqual([...Array(durable).keys()].map((n) => 0xff00 + n))
      }
    }),
  )
})

test('what becomes durable together leaves in one write', async () => {
  const { queue, writes, acknowledged } = openQueue()
  const settle = [1, 2, 3, 4].map((id) => queue.expect(id))
  for (const one of settle.slice(0, 3)) one(null)
  expect(writes).toEqual([])
  await tick()
  expect([writes.length, acknowledged()]).toEqual([1, [1, 2, 3]])
})

test('QoS 0 has its place in the queue and no PUBACK', async () => {
  const { queue, waiting, acknowledged } = openQueue()
  const settle = [1, null, 2].map((id) => queue.expect(id))
  settle[2]?.(null)
  settle[0]?.(null)
  await tick()
  expect(acknowledged()).toEqual([1])
  settle[1]?.(null)
  await tick()
  expect([acknowledged(), waiting]).toEqual([
    [1, 2],
    [1, 2, 3, 2, 0],
  ])
})

test('at a failure nothing from there on is acknowledged, and all before it is', async () => {
  const { queue, failures, acknowledged } = openQueue()
  const [a, b, c] = [queue.expect(1), queue.expect(2), queue.expect(3)]
  c(null)
  b(new Error('disk full'))
  await tick()
  expect(failures).toEqual([])
  a(null)
  await tick()
  expect(acknowledged()).toEqual([1])
  expect(failures).toEqual([new Error('disk full')])
  queue.expect(4)(null)
  await tick()
  expect(acknowledged()).toEqual([1])
})

test('tells how many wait, and after close acknowledges nothing', async () => {
  const { queue, waiting, writes } = openQueue()
  const [a, b] = [queue.expect(1), queue.expect(2)]
  a(null)
  await tick()
  expect(writes).toHaveLength(1)
  queue.close()
  b(null)
  await tick()
  expect([waiting, writes.length]).toEqual([[1, 2, 1], 1])
})
