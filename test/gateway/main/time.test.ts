import { describe, expect, it } from 'vitest'
import type { Sync } from '../../../device-sdk/protocol/index.ts'
import { encodeTimeRequest, mtypes, readReceipt, readSync, topicOf } from '../../../device-sdk/protocol/index.ts'
import { must } from '../harness.ts'
import type { TestKey } from '../keys.ts'
import { forged, net, signBytes, signReport, testKey } from '../keys.ts'
import type { TestClient } from '../mqtt-client.ts'
import { openClient, openDown } from '../mqtt-client.ts'
import type { TestGateway } from '../running.ts'
import { call, enrol, startTestGateway } from '../running.ts'

const key = testKey('porch')
const neighbour = testKey('neighbour')
const nonceOf = (fill: number): Uint8Array => new Uint8Array(8).fill(fill)

const request = (as: TestKey, fill: number, session: boolean, how = {}): Uint8Array =>
  signBytes(as, encodeTimeRequest({ nonce: nonceOf(fill), session }), { mtype: mtypes.time, ...how })

const post = (gateway: TestGateway, body: Uint8Array, query = '') =>
  call(`${gateway.http}/v1/time${query}`, 'POST', { body })

const syncOf = async (gateway: TestGateway, as: TestKey, message: Uint8Array): Promise<Sync> =>
  must(readSync(must(await openDown(gateway, as, mtypes.sync, message))))

const askHttp = async (gateway: TestGateway, as: TestKey, fill: number, session = false): Promise<Sync> =>
  syncOf(gateway, as, (await post(gateway, request(as, fill, session))).bytes)

const open = async () => {
  const gateway = await startTestGateway()
  await enrol(gateway, key, neighbour)
  return gateway
}

/** Publishes a report and gives the verdict of its receipt. */
const verdictOf = async (
  gateway: TestGateway,
  client: TestClient,
  as: TestKey,
  message: Uint8Array,
): Promise<number | undefined> => {
  await client.publish(topicOf(net, as.kid, 'report'), message)
  const receipt = await client.next(topicOf(net, as.kid, 'receipt'))
  return must(readReceipt(must(await openDown(gateway, as, mtypes.receipt, receipt))))[0]?.verdict
}

describe('signed time', () => {
  it('is answered on the sync topic with the nonce and the clock', async () => {
    const gateway = await open()
    const client = await openClient(gateway, key, 0)
    const before = Date.now()
    await client.publish(topicOf(net, key.kid, 'time'), request(key, 1, true, { compact: true }))
    const sync = await syncOf(gateway, key, await client.next(topicOf(net, key.kid, 'sync')))
    expect(sync.echo).toEqual(Buffer.from(nonceOf(1)))
    const nowMs = sync.nowS * 1000 + sync.ms
    expect(nowMs).toBeGreaterThanOrEqual(before)
    expect(nowMs).toBeLessThanOrEqual(Date.now())
  })

  it.each([
    ['tagged', {}, ''],
    ['compact', { compact: true }, `?kid=${key.kid}`],
  ])('is answered over HTTP to a %s request, for those that cannot connect yet', async (_form, how, query) => {
    const gateway = await open()
    const { status, headers, bytes } = await post(gateway, request(key, 2, false, how), query)
    expect([status, headers.get('content-type')]).toEqual([200, 'application/cose; cose-type="cose-sign1"'])
    const sync = await syncOf(gateway, key, bytes)
    expect(sync.echo).toEqual(Buffer.from(nonceOf(2)))
    expect('boot' in sync).toBe(false)
  })

  it('is bound to the device that asked', async () => {
    const gateway = await open()
    const { bytes } = await post(gateway, request(key, 2, false))
    expect((await openDown(gateway, neighbour, mtypes.sync, bytes)).ok).toBe(false)
    expect((await openDown(gateway, key, mtypes.receipt, bytes)).ok).toBe(false)
  })

  it.each([
    ['of an unknown key', request(testKey('stranger'), 1, true), '', 404, 'device/unknown'],
    ['whose signature does not hold', forged(request(key, 1, true)), '', 403, 'sign1/bad-signature'],
    ['of another type', request(key, 1, true, { mtype: mtypes.result }), '', 403, 'sign1/bad-signature'],
    ['of another network', request(key, 1, true, { net: 2 }), '', 403, 'sign1/bad-signature'],
    ['under the kid of another', request(key, 1, true), `?kid=${neighbour.kid}`, 400, 'sign1/wrong-kid'],
    ['of no shape', signBytes(key, Uint8Array.of(0x82, 1, 2), { mtype: mtypes.time }), '', 400, 'wire/malformed'],
    ['that names nobody', request(key, 1, true, { compact: true }), '', 400, 'api/bad-request'],
    ['of noise', Uint8Array.of(1, 2, 3), '', 400, 'wire/malformed'],
    ['of nothing', new Uint8Array(0), '', 400, 'wire/malformed'],
  ])('is not given to a request %s', async (_name, body, query, status, code) => {
    const gateway = await open()
    const answer = await post(gateway, body, query)
    expect([answer.status, answer.json.error.code]).toEqual([status, code])
  })

  it('is not given to the revoked', async () => {
    const gateway = await open()
    await call(`${gateway.http}/v1/devices/${key.kid}/revoke`, 'POST', { token: gateway.token })
    expect((await post(gateway, request(key, 1, true))).json.error.code).toBe('device/revoked')
  })

  it('is refused over MQTT in silence: acknowledged, counted, and the connection stays', async () => {
    const gateway = await open()
    const client = await openClient(gateway, key)
    await client.publish(topicOf(net, key.kid, 'time'), forged(request(key, 1, false)))
    await client.publish(topicOf(net, key.kid, 'time'), request(key, 7, false))
    const sync = await syncOf(gateway, key, await client.next(topicOf(net, key.kid, 'sync')))
    expect(sync.echo).toEqual(Buffer.from(nonceOf(7)))
    const { bytes } = await call(`${gateway.http}/metrics`)
    expect(bytes.toString()).toContain('hexfix_time_requests_total{code="sign1/bad-signature"} 1')
  })
})

describe('the next boot', () => {
  it('is one more than the highest that connected or was reported', async () => {
    const gateway = await open()
    expect((await askHttp(gateway, key, 1)).boot).toBeUndefined()
    const client = await openClient(gateway, key, 4)
    expect((await askHttp(gateway, key, 2)).boot).toBe(5)
    await verdictOf(gateway, client, key, signReport(key, { boot: 300, seq: 0 }))
    expect((await askHttp(gateway, key, 3)).boot).toBe(301)
    expect((await askHttp(gateway, neighbour, 3)).boot).toBeUndefined()
  })

  it('is not told where no number is left', async () => {
    const gateway = await open()
    await openClient(gateway, key, 2 ** 32 - 1)
    expect((await askHttp(gateway, key, 1)).boot).toBeUndefined()
  })
})

describe('a session', () => {
  it('is a boot for the device that asked, over its connection and after a restart of the gateway too', async () => {
    const gateway = await open()
    const { boot } = await askHttp(gateway, key, 1, true)
    if (!(boot instanceof Uint8Array)) throw new Error('no session')
    expect(boot).toHaveLength(8)
    const client = await openClient(gateway, key)
    expect(await verdictOf(gateway, client, key, signReport(key, { boot, seq: 0 }))).toBe(0)
    expect(await verdictOf(gateway, client, key, signReport(key, { boot, seq: 1 }))).toBe(0)
    const { data } = gateway
    await gateway.close()
    const again = await startTestGateway(data)
    const back = await openClient(again, key)
    expect(await verdictOf(again, back, key, signReport(key, { boot, seq: 2 }))).toBe(0)
    const { json } = await call(`${again.http}/v1/reports`)
    expect(json.reports.map((one: { boot: string; seq: number }) => [one.boot, one.seq])).toEqual(
      [2, 1, 0].map((seq) => [Buffer.from(boot).toString('hex'), seq]),
    )
  })

  it('is worth nothing to another device, and neither is one that nobody issued', async () => {
    const gateway = await open()
    const { boot } = await askHttp(gateway, key, 1, true)
    if (!(boot instanceof Uint8Array)) throw new Error('no session')
    const other = await openClient(gateway, neighbour)
    expect(await verdictOf(gateway, other, neighbour, signReport(neighbour, { boot, seq: 0 }))).toBe(14)
    const own = await openClient(gateway, key)
    expect(await verdictOf(gateway, own, key, signReport(key, { boot: nonceOf(5), seq: 0 }))).toBe(14)
    expect(gateway.look(({ log }) => log.head())).toBe(0)
  })

  it('is the same for a request that is played again, and another for the next', async () => {
    const gateway = await open()
    const first = await askHttp(gateway, key, 1, true)
    expect((await askHttp(gateway, key, 1, true)).boot).toEqual(first.boot)
    expect((await askHttp(gateway, key, 2, true)).boot).not.toEqual(first.boot)
    expect((await askHttp(gateway, neighbour, 1, true)).boot).not.toEqual(first.boot)
  })
})
