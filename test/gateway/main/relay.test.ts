import { describe, expect, it } from 'vitest'
import {
  encodeCommand,
  encodeResult,
  encodeTimeRequest,
  mtypes,
  readCommand,
  readReceipt,
  readSync,
  topicOf,
  viaTopicOf,
} from '../../../device-sdk/protocol/index.ts'
import { must } from '../harness.ts'
import type { TestKey } from '../keys.ts'
import { forged, net, signBytes, signReport, testKey, weather } from '../keys.ts'
import type { TestClient } from '../mqtt-client.ts'
import { openClient, openDown } from '../mqtt-client.ts'
import type { TestGateway } from '../running.ts'
import { call, connectDevice, enrol, startTestGateway } from '../running.ts'

const device = testKey('in the cellar')
const relay = testKey('on the roof')
const other = testKey('next door')
const via = (type: Parameters<typeof viaTopicOf>[3], of: TestKey = device, over: TestKey = relay): string =>
  viaTopicOf(net, over.kid, of.kid, type)

const pair = ({ http, token }: TestGateway, method: 'PUT' | 'DELETE', kid = device.kid, over = relay.kid) =>
  call(`${http}/v1/devices/${kid}/relays/${over}`, method, { token })

const open = async () => {
  const gateway = await startTestGateway()
  await enrol(gateway, device, relay, other)
  await pair(gateway, 'PUT')
  return { gateway, client: await openClient(gateway, relay) }
}

const verdictOver = async (gateway: TestGateway, client: TestClient, as: TestKey, message: Uint8Array) => {
  await client.publish(via('report', as), message)
  const receipt = await client.next(via('receipt', as))
  return must(readReceipt(must(await openDown(gateway, as, mtypes.receipt, receipt))))[0]
}

describe('a relay', () => {
  it('carries a report of a device that it is approved for, and the receipt back', async () => {
    const { gateway, client } = await open()
    const message = signReport(device, { seq: 0 }, { compact: true })
    expect(await verdictOver(gateway, client, device, message)).toMatchObject({ seq: 0, verdict: 0, logIndex: 1 })
    expect(gateway.look(({ log }) => log.at(1))).toMatchObject({ kid: device.kid, code: 'accepted' })
    expect(client.waiting(topicOf(net, relay.kid, 'receipt'))).toEqual([])
  })

  it('and the device itself may deliver the same report: it is one entry, and each way has its receipt', async () => {
    const { gateway, client } = await open()
    const message = signReport(device, { seq: 0 })
    const first = await verdictOver(gateway, client, device, message)
    const direct = await connectDevice(gateway, device)
    await direct.publish(message)
    expect(await direct.receipt()).toEqual([first])
    await direct.publish(signReport(device, { seq: 1 }))
    const [second] = await direct.receipt()
    expect(await verdictOver(gateway, client, device, signReport(device, { seq: 1 }))).toEqual(second)
    expect(gateway.look(({ log }) => [log.head(), log.totals()])).toEqual([2, { accepted: 2, 'report/replay': 2 }])
  })

  it.each([
    ['that nobody knows', testKey('stranger')],
    ['that it is not approved for', other],
    ['that is itself', relay],
  ])('is answered device/unknown for a device %s, and the connection stays', async (_name, as) => {
    const { gateway, client } = await open()
    expect(await verdictOver(gateway, client, as, signReport(as, { seq: 0 }))).toMatchObject({ verdict: 7 })
    expect(gateway.look(({ log }) => log.head())).toBe(0)
    // It counts against the relay that carried it, and names the device.
    expect(gateway.look(({ log }) => log.evidence(9))).toMatchObject([
      { kid: relay.kid, code: 'device/unknown', detail: `${as.kid} via ${relay.kid}` },
    ])
    expect(await verdictOver(gateway, client, device, signReport(device, { seq: 0 }))).toMatchObject({ verdict: 0 })
  })

  it('takes what does not verify on itself; once the signature holds it is the device that said it', async () => {
    const { gateway, client } = await open()
    await verdictOver(gateway, client, device, signReport(device, { seq: 0 }))
    expect(await verdictOver(gateway, client, device, forged(signReport(device, { seq: 1 })))).toMatchObject({
      verdict: 5,
    })
    await client.publish(via('report'), Uint8Array.of(1, 2, 3))
    const another = signReport(device, { seq: 0, blocks: [weather(1)] })
    expect(await verdictOver(gateway, client, device, another)).toMatchObject({ verdict: 2 })
    expect(
      gateway.look(({ log }) => log.evidence(9)).map(({ kid, code }) => [kid === relay.kid ? 'relay' : 'device', code]),
    ).toEqual([
      ['device', 'report/equivocation'],
      ['relay', 'wire/malformed'],
      ['relay', 'sign1/bad-signature'],
    ])
  })

  it('never spends the quota of a device by what it makes up', async () => {
    const { gateway, client } = await open()
    const day = Math.floor(Date.now() / 86_400_000)
    await verdictOver(gateway, client, device, forged(signReport(device, { seq: 1 })))
    expect(gateway.look(({ log }) => [log.bytesOn(device.kid, day), log.bytesOn(relay.kid, day)])).toEqual([0, 0])
  })

  it('loses the pair at once when it is withdrawn, and has it again over a restart when it is not', async () => {
    const { gateway, client } = await open()
    expect((await pair(gateway, 'DELETE')).json).toEqual({ kid: device.kid, relays: [] })
    expect(await verdictOver(gateway, client, device, signReport(device, { seq: 0 }))).toMatchObject({ verdict: 7 })
    expect((await pair(gateway, 'PUT')).json).toEqual({ kid: device.kid, relays: [relay.kid] })
    await gateway.close()
    const again = await startTestGateway(gateway.data)
    const back = await openClient(again, relay)
    expect(await verdictOver(again, back, device, signReport(device, { seq: 0 }))).toMatchObject({ verdict: 0 })
    expect((await call(`${again.http}/v1/devices/${device.kid}/relays`)).json.relays).toEqual([relay.kid])
  })

  it('carries nothing of a device whose key is revoked', async () => {
    const { gateway, client } = await open()
    await call(`${gateway.http}/v1/devices/${device.kid}/revoke`, 'POST', { token: gateway.token })
    expect(await verdictOver(gateway, client, device, signReport(device, { seq: 0 }))).toMatchObject({ verdict: 8 })
  })

  it("cannot publish on another relay's topics, nor what goes down", async () => {
    for (const topic of [via('report', device, other), via('receipt'), via('command')]) {
      const { gateway, client } = await open()
      client.client.publish(topic, Buffer.from(signReport(device, { seq: 0 })), { qos: 1 }, () => {})
      await client.closed
      expect(gateway.look(({ log }) => log.head())).toBe(0)
    }
  })

  it('brings time to the device, and a session under which it reports', async () => {
    const { gateway, client } = await open()
    const ask = encodeTimeRequest({ nonce: new Uint8Array(8).fill(3), session: true })
    await client.publish(via('time'), signBytes(device, ask, { mtype: mtypes.time, compact: true }))
    const sync = must(readSync(must(await openDown(gateway, device, mtypes.sync, await client.next(via('sync'))))))
    const boot = sync.boot ?? 0
    expect(boot).toHaveLength(8)
    expect(await verdictOver(gateway, client, device, signReport(device, { boot, seq: 0 }))).toMatchObject({
      boot,
      verdict: 0,
    })
    await client.publish(via('time', other), signBytes(other, ask, { mtype: mtypes.time }))
    await client.publish(via('time'), signBytes(device, ask, { mtype: mtypes.time }))
    await client.next(via('sync'))
    expect(client.waiting(via('sync', other))).toEqual([])
  })

  it('carries a command to the device, and its result back', async () => {
    const { gateway, client } = await open()
    const { http, token } = gateway
    const body = JSON.stringify({ op: 4 })
    const { status, json } = await call(`${http}/v1/devices/${device.kid}/command`, 'POST', { token, body })
    expect([status, json]).toEqual([202, { kid: device.kid, n: 0, op: 4 }])
    const command = must(await openDown(gateway, device, mtypes.command, await client.next(via('command'))))
    expect(command).toEqual(Buffer.from(encodeCommand({ n: 0, op: 4, args: [] })))
    expect(must(readCommand(command))).toEqual({ n: 0, op: 4, args: [] })
    const result = signBytes(device, encodeResult({ n: 0, status: 0 }), { mtype: mtypes.result, compact: true })
    await client.publish(via('result'), result)
    const { json: list } = await call(`${http}/v1/devices/${device.kid}/commands`, 'GET', { token })
    expect(list.commands).toMatchObject([{ n: 0, status: 0 }])
  })
})

describe('a pair of relay and device', () => {
  it('is approved with the admin token only', async () => {
    const { gateway } = await open()
    const url = `${gateway.http}/v1/devices/${device.kid}/relays/${other.kid}`
    expect((await call(url, 'PUT')).status).toBe(401)
    expect((await call(url, 'DELETE', { token: 'another' })).status).toBe(401)
  })

  it.each([
    ['an unknown relay', device.kid, testKey('stranger').kid, 404, 'device/unknown'],
    ['an unknown device', testKey('stranger').kid, relay.kid, 404, 'device/unknown'],
    ['the device itself', device.kid, device.kid, 409, 'relay/own-relay'],
  ])('is not made with %s', async (_name, kid, over, status, code) => {
    const { gateway } = await open()
    const answer = await pair(gateway, 'PUT', kid, over)
    expect([answer.status, answer.json.error.code]).toEqual([status, code])
  })
})
