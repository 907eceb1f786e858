import { afterEach, expect, it, vi } from 'vitest'
import { replayEpoch } from '../../../gateway/epoch/index.ts'
import { atEnd, must } from '../harness.ts'
import { signReport, testKey } from '../keys.ts'
import { call, connectDevice, enrol, startTestGateway } from '../running.ts'

const key = testKey('porch')
const farm = `0x${'fa'.repeat(20)}`
const epochS = 5
const startS = 1_790_000_000

/** Only what tells the time is false: the sockets and the timers are real. */
const clockAt = (seconds: number): void => {
  if (!vi.isFakeTimers()) vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(seconds * 1000)
}
afterEach(() => {
  vi.useRealTimers()
})

/** The events of a gateway, as whoever listens gets them. */
const listen = async (http: string) => {
  const stop = new AbortController()
  atEnd(() => stop.abort())
  const { body } = await fetch(`${http}/v1/live`, { signal: stop.signal })
  if (body === null) throw new Error('no body')
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return async (event: string): Promise<Record<string, unknown>> => {
    for (;;) {
      const found = new RegExp(`event: ${event}\ndata: (.*)\n\n`).exec(text)
      if (found !== null) {
        text = text.slice(found.index + found[0].length)
        return JSON.parse(found[1] ?? '') as Record<string, unknown>
      }
      const { done, value } = await reader.read()
      if (done) throw new Error(`no ${event} came`)
      text += value
    }
  }
}

it('a running gateway issues what its schedule says, counts what consumers took, and all of it is in the log', async () => {
  clockAt(startS)
  const gateway = await startTestGateway(undefined, [
    [['epochS'], String(epochS)],
    [['epochBudget'], '20000000000'],
    [['halvingEpochs'], '1'],
  ])
  await enrol(gateway, key)
  const event = await listen(gateway.http)
  const device = await connectDevice(gateway, key)
  const block = { type: 'sensor', schema: 5, stepsS: [], columns: [[1], [2], [3], [9_000], [5], [6], [7]] } as const
  await device.publish(signReport(key, { seq: 0, time: startS, blocks: [block] }))
  const body = JSON.stringify({ name: 'a farm' })
  const { json } = await call(`${gateway.http}/v1/consumers/${farm}`, 'PUT', { token: gateway.token, body })
  const taken = await call(`${gateway.http}/v1/consumption`, 'POST', { token: json.token, body: '{}' })
  expect(taken.json).toMatchObject({ counted: 1, reports: [{ kid: key.kid }] })

  clockAt(startS + epochS)
  const first = await event('epoch')
  // One unit, times 1 + 3 x 1 / (1 + 1000); an owner may have 5 % of the 80 % that are issued.
  expect(first).toMatchObject({ budget: '16000000000', unissued: '4000000000', paid: '800000000', consumedTo: 1 })
  expect(first.shares).toMatchObject([{ kid: key.kid, points: '1002997002', amount: '800000000' }])
  clockAt(startS + 2 * epochS)
  const second = await event('epoch')
  expect(second).toMatchObject({ budget: '23200000000', unissued: '2000000000', paid: '0' })
  for (const { epoch } of [first, second]) {
    const replay = gateway.look((store) => must(replayEpoch(store, Number(epoch))))
    expect(replay.differences).toEqual([])
  }
})
