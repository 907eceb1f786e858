import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAckQueue } from '../../../gateway/broker/ack-queue.ts'

const deferred = () => {
  let settle: { resolve: () => void; reject: (error: Error) => void } | undefined
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject }
  })
  if (!settle) throw new Error('unreachable')
  return { promise, ...settle }
}

const tick = () => new Promise((resolve) => setImmediate(resolve))

test('acknowledges in the order of arrival, whatever the order of storing', async () => {
  const order = fc.integer({ min: 1, max: 12 }).chain((size) => {
    const indexes = [...Array(size).keys()]
    return fc.shuffledSubarray(indexes, { minLength: size, maxLength: size })
  })
  await fc.assert(
    fc.asyncProperty(order, async (storing) => {
      const acknowledged: number[] = []
      const queue = createAckQueue({ changed: () => {}, failed: () => {} })
      const messages = storing.map(() => deferred())
      messages.forEach(({ promise }, i) => {
        queue.add(promise, () => acknowledged.push(i))
      })
      const stored = new Set<number>()
      for (const i of storing) {
        messages[i]?.resolve()
        stored.add(i)
        await tick()
        let durable = 0
        while (stored.has(durable)) durable += 1
        expect(acknowledged).toEqual([...Array(durable).keys()])
      }
    }),
  )
})

test('at a failure nothing from there on is acknowledged, and all before it is', async () => {
  const acknowledged: number[] = []
  const failures: unknown[] = []
  const queue = createAckQueue({ changed: () => {}, failed: (error) => failures.push(error) })
  const [a, b, c] = [deferred(), deferred(), deferred()]
  for (const [i, { promise }] of [a, b, c].entries()) queue.add(promise, () => acknowledged.push(i))
  c.resolve()
  b.reject(new Error('disk full'))
  await tick()
  expect(failures).toEqual([])
  a.resolve()
  await tick()
  expect(acknowledged).toEqual([0])
  expect(failures).toEqual([new Error('disk full')])
  const d = deferred()
  queue.add(d.promise, () => acknowledged.push(3))
  d.resolve()
  await tick()
  expect(acknowledged).toEqual([0])
})

test('tells how many wait, and after close acknowledges nothing', async () => {
  const waiting: number[] = []
  const queue = createAckQueue({ changed: (count) => waiting.push(count), failed: () => waiting.push(-1) })
  const [a, b] = [deferred(), deferred()]
  queue.add(a.promise, () => {})
  queue.add(b.promise, () => waiting.push(-2))
  a.resolve()
  await tick()
  queue.close()
  b.resolve()
  await tick()
  expect(waiting).toEqual([1, 2, 1])
})
