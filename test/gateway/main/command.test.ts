import { describe, expect, it } from 'vitest'
import type { CommandResult } from '../../../device-sdk/protocol/index.ts'
import { encodeResult, mtypes, readCommand, readTrust, topicOf } from '../../../device-sdk/protocol/index.ts'
import { mailbox } from '../broker/harness.ts'
import { atEnd, must } from '../harness.ts'
import { forged, net, signBytes, testKey } from '../keys.ts'
import { openClient, openDown } from '../mqtt-client.ts'
import type { TestGateway } from '../running.ts'
import { call, enrol, startTestGateway } from '../running.ts'

const key = testKey('porch')
const down = topicOf(net, key.kid, 'command')

const order = ({ http, token }: TestGateway, body: unknown, kid = key.kid) =>
  call(`${http}/v1/devices/${kid}/command`, 'POST', { token, body: JSON.stringify(body) })

const listed = async ({ http, token }: TestGateway) =>
  (await call(`${http}/v1/devices/${key.kid}/commands`, 'GET', { token })).json.commands

const resultOf = (result: CommandResult, how = {}): Uint8Array =>
  signBytes(key, encodeResult(result), { mtype: mtypes.result, ...how })

const open = async () => {
  const gateway = await startTestGateway()
  await enrol(gateway, key)
  const client = await openClient(gateway, key)
  const next = async () =>
    must(readCommand(must(await openDown(gateway, key, mtypes.command, await client.next(down)))))
  const answer = (message: Uint8Array) => client.publish(topicOf(net, key.kid, 'result'), message)
  return { gateway, client, next, answer }
}

const trust = {
  net: 1,
  chainId: 31_337,
  gateways: [
    {
      key: Buffer.from(key.signer.publicKey).toString('hex'),
      urls: ['mqtts://gateway.example:8883', 'https://gateway.example'],
      tlsSpki: 'ab'.repeat(32),
    },
  ],
  entropyTip: null,
}

describe('a command', () => {
  it.each([
    [{ op: 0 }, []],
    [{ op: 2, args: [60] }, [60]],
    [{ op: 3, args: [] }, []],
    [{ op: 4 }, []],
  ])('%j goes out signed, addressed and numbered', async (body, args) => {
    const { gateway, next } = await open()
    const { status, json } = await order(gateway, body)
    expect([status, json]).toEqual([202, { kid: key.kid, n: 0, op: body.op }])
    expect(await next()).toEqual({ n: 0, op: body.op, args })
    await order(gateway, { op: 0 })
    expect((await next()).n).toBe(1)
  })

  it('carries trust as the device keeps it', async () => {
    const { gateway, next } = await open()
    expect((await order(gateway, { op: 1, args: [trust] })).status).toBe(202)
    const { op, args } = await next()
    expect(op).toBe(1)
    expect(must(readTrust(args))).toMatchObject({
      net: 1,
      chainId: 31_337,
      gateways: [{ key: Buffer.from(key.signer.publicKey), urls: trust.gateways[0]?.urls }],
      entropyTip: null,
    })
  })

  it.each([
    ['no op', {}],
    ['an op that nobody knows', { op: 9 }],
    ['a word for an op', { op: 'ping' }],
    ['arguments where none are taken', { op: 0, args: [1] }],
    ['no interval', { op: 2 }],
    ['an interval of nothing', { op: 2, args: [0] }],
    ['an interval of more than a day', { op: 2, args: [86_401] }],
    ['half a second', { op: 2, args: [0.5] }],
    ['trust in nobody', { op: 1, args: [{ ...trust, gateways: [] }] }],
    ['trust in five', { op: 1, args: [{ ...trust, gateways: Array(5).fill(trust.gateways[0]) }] }],
    ['trust in a key that is none', { op: 1, args: [{ ...trust, gateways: [{ key: '04', urls: ['mqtt://a'] }] }] }],
    ['something more', { op: 0, force: true }],
  ])('with %s is refused, and takes no number', async (_name, body) => {
    const { gateway, next } = await open()
    const { status, json } = await order(gateway, body)
    expect([status, json.error.code]).toEqual([400, 'api/bad-request'])
    await order(gateway, { op: 0 })
    expect((await next()).n).toBe(0)
  })

  it('needs the admin token, a known device, and one that is there', async () => {
    const { gateway, client } = await open()
    const url = `${gateway.http}/v1/devices/${key.kid}/command`
    expect((await call(url, 'POST', { body: '{"op":0}' })).status).toBe(401)
    expect((await order(gateway, { op: 0 }, testKey('stranger').kid)).json.error.code).toBe('device/unknown')
    await client.client.unsubscribeAsync(`hexfix/${net}/${key.kid}/#`)
    const { status, json } = await order(gateway, { op: 0 })
    expect([status, json.error.code]).toEqual([409, 'device/absent'])
    await call(`${gateway.http}/v1/devices/${key.kid}/revoke`, 'POST', { token: gateway.token })
    expect((await order(gateway, { op: 0 })).json.error.code).toBe('device/revoked')
  })

  it('never has a number of before, over a restart too, whether or not it was sent', async () => {
    const { gateway, client, next } = await open()
    await order(gateway, { op: 0 })
    expect((await next()).n).toBe(0)
    await client.client.endAsync(true)
    await expect.poll(async () => (await order(gateway, { op: 0 })).status).toBe(409)
    await gateway.close()
    const again = await startTestGateway(gateway.data)
    const back = await openClient(again, key)
    const { json } = await order(again, { op: 0 })
    expect(json.n).toBeGreaterThanOrEqual(2)
    const message = must(await openDown(again, key, mtypes.command, await back.next(down)))
    expect(must(readCommand(message)).n).toBe(json.n)
  })
})

describe('a result', () => {
  it('is kept beside its command, and told live', async () => {
    const { gateway, next, answer } = await open()
    const events = mailbox<string>()
    const ended = new AbortController()
    atEnd(() => ended.abort())
    const live = await fetch(`${gateway.http}/v1/live`, { signal: ended.signal })
    void (async () => {
      for await (const text of live.body?.pipeThrough(new TextDecoderStream()) ?? []) events.put(text)
    })().catch(() => {})
    await order(gateway, { op: 2, args: [60] })
    await next()
    await answer(resultOf({ n: 0, status: 2, detail: ['why', Uint8Array.of(171), { entries: [[1, true]] }] }))
    expect(await listed(gateway)).toEqual([
      expect.objectContaining({ n: 0, op: 2, args: [60], sent: true, status: 2, detail: ['why', 'ab', { 1: true }] }),
    ])
    let text = ''
    while (!text.includes('event: result')) text += await events.take()
    expect(text).toContain(`{"kid":"${key.kid}","n":0,"op":2,"status":2,"detail":["why","ab",{"1":true}]}`)
  })

  it.each([
    ['whose signature does not hold', forged(resultOf({ n: 0, status: 0 }))],
    ['to a command that was never given', resultOf({ n: 7, status: 0 })],
    ['of another type', resultOf({ n: 0, status: 0 }, { mtype: mtypes.report })],
    ['of no shape', signBytes(key, Uint8Array.of(0x81, 0), { mtype: mtypes.result })],
  ])('%s changes nothing', async (_name, message) => {
    const { gateway, next, answer } = await open()
    await order(gateway, { op: 0 })
    await next()
    await answer(message)
    expect(await listed(gateway)).toMatchObject([{ n: 0, status: null, answeredMs: null }])
  })

  it('counts once', async () => {
    const { gateway, next, answer } = await open()
    await order(gateway, { op: 0 })
    await next()
    await answer(resultOf({ n: 0, status: 0 }))
    await answer(resultOf({ n: 0, status: 3 }))
    expect(await listed(gateway)).toMatchObject([{ n: 0, status: 0 }])
  })
})
