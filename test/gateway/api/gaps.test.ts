import { describe, expect, it } from 'vitest'
import type { Block } from '../../../device-sdk/protocol/index.ts'
import { testFolder } from '../harness.ts'
import { signReport, testKey, weather } from '../keys.ts'
import type { TestGateway } from '../running.ts'
import { call, connectDevice, enrol, startTestGateway } from '../running.ts'

const key = testKey('porch')

const ended = (boot: number, lastSeq: number): Block => ({ type: 'heartbeat', previousBoot: [boot, lastSeq] })

const gapsOf = async (gateway: TestGateway, kid = key.kid) =>
  (await call(`${gateway.http}/v1/devices/${kid}/gaps`)).json

const deliver = async (gateway: TestGateway, reports: readonly { boot: number; seq: number; blocks?: Block[] }[]) => {
  const device = await connectDevice(gateway, key, 9)
  for (const one of reports) await device.publish(signReport(key, one))
}

describe('the gaps of a device', () => {
  it('are the seqs missing below the highest stored one, by boot, and up to the end that the device itself signed', async () => {
    const gateway = await startTestGateway()
    await enrol(gateway, key)
    await deliver(gateway, [
      ...[0, 1, 4, 5, 9].map((seq) => ({ boot: 1, seq })),
      { boot: 3, seq: 0, blocks: [weather(), ended(1, 11)] },
      { boot: 3, seq: 2 },
      { boot: 4, seq: 1, blocks: [weather(), ended(3, 2)] },
    ])
    const { kid, missed, boots } = await gapsOf(gateway)
    expect([kid, missed]).toEqual([key.kid, 9])
    expect(boots).toEqual([
      {
        boot: 4,
        from: 0,
        highest: 1,
        end: null,
        missing: [{ first: 0, last: 0 }],
        tail: null,
        missed: 1,
        complete: true,
      },
      { boot: 3, from: 0, highest: 2, end: 2, missing: [{ first: 1, last: 1 }], tail: null, missed: 1, complete: true },
      {
        boot: 1,
        from: 0,
        highest: 9,
        end: 11,
        missing: [
          { first: 2, last: 3 },
          { first: 6, last: 8 },
        ],
        tail: { first: 10, last: 11 },
        missed: 7,
        complete: true,
      },
    ])
  })

  it('show a boot of which nothing arrived, and close when what was late comes', async () => {
    const gateway = await startTestGateway()
    await enrol(gateway, key)
    await deliver(gateway, [{ boot: 6, seq: 0, blocks: [weather(), ended(5, 1)] }])
    expect((await gapsOf(gateway)).boots[1]).toMatchObject({
      boot: 5,
      highest: -1,
      tail: { first: 0, last: 1 },
      missed: 2,
    })
    const late = await connectDevice(gateway, key, 10)
    for (const seq of [1, 0]) await late.publish(signReport(key, { boot: 5, seq }))
    expect((await gapsOf(gateway)).missed).toBe(0)
  })

  it('have the end of a boot from wherever the device said it: its first heartbeats may be among what it dropped', async () => {
    const gateway = await startTestGateway(testFolder(), [[['publishesPerSMax'], '1000']])
    await enrol(gateway, key)
    const early = Array.from({ length: 99 }, (_, seq) => ({ boot: 5, seq: seq + 1 }))
    await deliver(gateway, [...early, { boot: 5, seq: 100, blocks: [weather(), ended(4, 7)] }])
    expect((await gapsOf(gateway)).boots).toMatchObject([
      { boot: 5, highest: 100, missing: [{ first: 0, last: 0 }] },
      { boot: 4, highest: -1, end: 7, tail: { first: 0, last: 7 }, missed: 8 },
    ])
  })

  it('of a key that nobody registered are device/unknown', async () => {
    const gateway = await startTestGateway()
    const answer = await call(`${gateway.http}/v1/devices/${key.kid}/gaps`)
    expect([answer.status, answer.json.error.code]).toEqual([404, 'device/unknown'])
  })
})
