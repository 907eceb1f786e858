import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readUpdateState, slotsIn } from '../../../device-sdk/node/update/slots.ts'
import type { HeartbeatBlock, UpdateNews } from '../../../device-sdk/protocol/index.ts'
import {
  encodeResult,
  mtypes,
  readUpdate,
  resultOfNews,
  toHex,
  topicOf,
  updateStatuses,
  viaTopicOf,
} from '../../../device-sdk/protocol/index.ts'
import { sha256 } from '../../../device-sdk/signer/index.ts'
import { provisioned, startReporter } from '../../device-sdk/node/parts.ts'
import { packed, smallBundle, wholeIn, writeBundle } from '../../device-sdk/node/update/bundles.ts'
import { mailbox } from '../broker/harness.ts'
import { atEnd, must, testFolder } from '../harness.ts'
import type { TestKey } from '../keys.ts'
import { forged, net, signBytes, signReport, testKey } from '../keys.ts'
import { openClient, openDown } from '../mqtt-client.ts'
import type { TestGateway } from '../running.ts'
import { call, enrol, startTestGateway } from '../running.ts'
import { startTlsGateway } from '../tls.ts'

const key = testKey('porch')
const firmware = packed(smallBundle(2))
const topic = topicOf(net, key.kid, 'update')

const add = ({ http, token }: TestGateway, query: string, body: Uint8Array = firmware) =>
  call(`${http}/v1/releases?${query}`, 'POST', { token, body })
const ask = ({ http, token }: TestGateway, wish: object) =>
  call(`${http}/v1/updates`, 'POST', { token, body: JSON.stringify(wish) })
const listed = async ({ http, token }: TestGateway) => (await call(`${http}/v1/updates`, 'GET', { token })).json.updates

/** A gateway with a release of firmware 2, and a device that is known. */
const open = async () => {
  const gateway = await startTestGateway()
  await enrol(gateway, key)
  await add(gateway, 'board=rpi-4&firmware=2')
  return gateway
}
const updateIn = async (gateway: TestGateway, message: Uint8Array, to = key) =>
  must(readUpdate(must(await openDown(gateway, to, mtypes.update, message))))

const newsOf = (news: Partial<UpdateNews>, by: TestKey = key): Uint8Array => {
  const result = resultOfNews({ n: 0, status: updateStatuses.fetched, firmware: 2, code: '', ...news })
  return signBytes(by, encodeResult(result), { mtype: mtypes.result })
}
const beat = (seq: number, sequence: number, board = 'rpi-4', by = key, updates = true): Uint8Array => {
  const said: [number, string | boolean][] = [[11, board]]
  if (!updates) said.push([12, false])
  const block: HeartbeatBlock = { type: 'heartbeat', firmware: sequence, more: said }
  return signReport(by, { seq, blocks: [block] })
}

describe('a release', () => {
  it('is kept under its digest, listed, and served to whoever knows that', async () => {
    const gateway = await open()
    const digest = toHex(sha256(firmware))
    const { json } = await call(`${gateway.http}/v1/releases`, 'GET', { token: gateway.token })
    expect(json.releases).toEqual([
      { board: 'rpi-4', firmware: 2, size: firmware.length, sha256: digest, addedMs: expect.any(Number) },
    ])
    expect(readdirSync(join(gateway.data, 'releases'))).toEqual([digest])
    const served = await call(`${gateway.http}/v1/releases/${digest}`)
    expect([served.status, Buffer.compare(served.bytes, firmware)]).toEqual([200, 0])
    const piece = await call(`${gateway.http}/v1/releases/${digest}?from=2&bytes=3`)
    expect(piece.bytes).toEqual(Buffer.from(firmware.subarray(2, 5)))
    for (const query of ['from=-1', 'from=1.5', 'bytes=0', 'bytes=many']) {
      const { json } = await call(`${gateway.http}/v1/releases/${digest}?${query}`)
      expect(json.error.code).toBe('api/bad-request')
    }
    expect((await call(`${gateway.http}/v1/releases/${'0'.repeat(64)}`)).json.error.code).toBe('release/unknown')
    writeFileSync(join(gateway.data, 'releases', digest), 'something else')
    expect((await call(`${gateway.http}/v1/releases/${digest}`)).json.error.code).toBe('release/damaged')
    expect((await add(gateway, 'board=rpi-4&firmware=2')).status).toBe(201)
    expect((await call(`${gateway.http}/v1/releases/${digest}`)).status).toBe(200)
  })

  it('is never replaced, needs the admin token, a board and a sequence, and has its bounds', async () => {
    const gateway = await open()
    expect((await add(gateway, 'board=rpi-4&firmware=2', Buffer.from('other'))).json.error.code).toBe('release/taken')
    for (const query of [
      '',
      'board=rpi-4',
      'board=../x&firmware=1',
      'board=rpi-4&firmware=-1',
      'board=rpi-4&firmware=4294967296',
    ])
      expect((await add(gateway, query)).json.error.code, query).toBe('api/bad-request')
    expect((await add(gateway, 'board=rpi-4&firmware=3', new Uint8Array(0))).json.error.code).toBe('release/too-large')
    const large = new Uint8Array(33_554_433)
    expect((await add(gateway, 'board=rpi-4&firmware=3', large)).json.error.code).toBe('release/too-large')
    for (const [method, path] of [
      ['POST', 'releases?board=a&firmware=1'],
      ['GET', 'releases'],
      ['POST', 'updates'],
      ['GET', 'updates'],
    ])
      expect((await call(`${gateway.http}/v1/${path}`, method)).status, path).toBe(401)
  })
})

describe('an update', () => {
  it('goes out signed and addressed to a device that is there, and each offer has a number of its own', async () => {
    const gateway = await open()
    const client = await openClient(gateway, key)
    await call(`${gateway.http}/v1/devices/${key.kid}/command`, 'POST', { token: gateway.token, body: '{"op":0}' })
    const { status, json } = await ask(gateway, { firmware: 2, kids: [key.kid] })
    expect([status, json.updates[0]]).toMatchObject([202, { kid: key.kid, stage: 'offered', n: 1, runs: null }])
    const digest = sha256(firmware)
    const url = `${gateway.http}/v1/releases/${toHex(digest)}`
    expect(await updateIn(gateway, await client.next(topic))).toEqual({
      n: 1,
      firmware: 2,
      size: firmware.length,
      sha256: Buffer.from(digest),
      board: 'rpi-4',
      url,
    })
    await call(`${gateway.http}/v1/devices/${key.kid}/command`, 'POST', { token: gateway.token, body: '{"op":0}' })
    expect(
      (await call(`${gateway.http}/v1/devices/${key.kid}/commands`, 'GET', { token: gateway.token })).json.commands,
    ).toMatchObject([{ n: 2 }, { n: 0 }])
  })

  it('waits for a device that is away, over a restart too, and is offered at each connection under a new number', async () => {
    const gateway = await open()
    expect((await ask(gateway, { firmware: 2, kids: [key.kid] })).json.updates).toMatchObject([
      { stage: 'waiting', n: -1 },
    ])
    await gateway.close()
    const again = await startTestGateway(gateway.data)
    for (const n of [0, 1]) {
      const client = await openClient(again, key, n + 1)
      expect(await updateIn(again, await client.next(topic))).toMatchObject({ n, firmware: 2 })
      await client.client.endAsync(true)
    }
    expect(await listed(again)).toMatchObject([{ stage: 'offered', n: 1 }])
  })

  it('reaches a device behind a relay when that delivers a report of it', async () => {
    const gateway = await open()
    const relay = testKey('roof')
    await enrol(gateway, relay)
    await call(`${gateway.http}/v1/devices/${key.kid}/relays/${relay.kid}`, 'PUT', { token: gateway.token })
    await ask(gateway, { firmware: 2, kids: [key.kid] })
    const client = await openClient(gateway, relay)
    await client.publish(viaTopicOf(net, relay.kid, key.kid, 'report'), beat(0, 1))
    const message = await client.next(viaTopicOf(net, relay.kid, key.kid, 'update'))
    expect(await updateIn(gateway, message)).toMatchObject({ n: 0, firmware: 2 })
  })

  it('is followed by the signed word of the device, and told live', async () => {
    const gateway = await open()
    const events = mailbox<string>()
    const ended = new AbortController()
    atEnd(() => ended.abort())
    const live = await fetch(`${gateway.http}/v1/live`, { signal: ended.signal })
    void (async () => {
      for await (const text of live.body?.pipeThrough(new TextDecoderStream()) ?? []) events.put(text)
    })().catch(() => {})
    const client = await openClient(gateway, key)
    await ask(gateway, { firmware: 2, kids: [key.kid] })
    await updateIn(gateway, await client.next(topic))
    const say = (message: Uint8Array) => client.publish(topicOf(net, key.kid, 'result'), message)
    await say(forged(newsOf({})))
    await say(newsOf({ n: 1 }))
    await say(newsOf({ firmware: 3 }))
    await say(newsOf({}, testKey('stranger')))
    expect(await listed(gateway)).toMatchObject([{ stage: 'offered', fetchedMs: null }])
    await say(newsOf({}))
    expect(await listed(gateway)).toMatchObject([{ stage: 'fetched', fetchedMs: expect.any(Number), endedMs: null }])
    await client.publish(topicOf(net, key.kid, 'report'), beat(0, 2))
    expect(await listed(gateway)).toMatchObject([{ stage: 'running', runs: 2, endedMs: expect.any(Number) }])
    await say(newsOf({ status: updateStatuses.rolledBack, code: 'update/silent' }))
    expect(await listed(gateway)).toMatchObject([{ stage: 'rolled-back', code: 'update/silent' }])
    let text = ''
    while (!text.includes('"stage":"rolled-back"')) text += await events.take()
    expect([...text.matchAll(/"stage":"([a-z-]+)"/g)].map(([, stage]) => stage)).toEqual([
      ...['waiting', 'offered', 'fetched', 'running', 'rolled-back'],
    ])
  })

  it('that met a passing failure stays offered, says why, and is offered again; a refusal ends it', async () => {
    const gateway = await open()
    const first = await openClient(gateway, key)
    await ask(gateway, { firmware: 2, kids: [key.kid] })
    await first.next(topic)
    const failed = newsOf({ status: updateStatuses.failed, code: 'update/not-fetched' })
    await first.publish(topicOf(net, key.kid, 'result'), failed)
    expect(await listed(gateway)).toMatchObject([{ stage: 'offered', code: 'update/not-fetched' }])
    await first.client.endAsync(true)
    const second = await openClient(gateway, key, 2)
    expect(await updateIn(gateway, await second.next(topic))).toMatchObject({ n: 1 })
    const refused = newsOf({ n: 1, status: updateStatuses.refused, code: 'update/other-board' })
    await second.publish(topicOf(net, key.kid, 'result'), refused)
    expect(await listed(gateway)).toMatchObject([{ stage: 'refused', code: 'update/other-board' }])
    await second.client.endAsync(true)
    const third = await openClient(gateway, key, 3)
    await third.publish(topicOf(net, key.kid, 'report'), beat(0, 1))
    expect(third.waiting(topic)).toEqual([])
  })

  it('is refused by the gateway where it knows better', async () => {
    const gateway = await open()
    const codeOf = async (wish: object) => (await ask(gateway, wish)).json.error?.code
    expect(await codeOf({ firmware: 3, kids: [key.kid] })).toBe('release/unknown')
    expect(await codeOf({ firmware: 2, kids: [testKey('stranger').kid] })).toBe('device/unknown')
    expect(await codeOf({ firmware: 2 })).toBe('api/bad-request')
    await add(gateway, 'board=rpi-5&firmware=2')
    expect(await codeOf({ firmware: 2, kids: [key.kid] })).toBe('release/ambiguous')
    const client = await openClient(gateway, key)
    await client.publish(topicOf(net, key.kid, 'report'), beat(0, 2))
    expect(await codeOf({ firmware: 2, kids: [key.kid] })).toBe('update/not-newer')
    expect(await codeOf({ firmware: 2, kids: [key.kid], board: 'rpi-5' })).toBe('update/other-board')
    await call(`${gateway.http}/v1/devices/${key.kid}/revoke`, 'POST', { token: gateway.token })
    expect(await codeOf({ firmware: 2, kids: [key.kid] })).toBe('device/revoked')
  })

  it('is neither kept open for a device that says that it takes none, nor asked for, until it says otherwise', async () => {
    const gateway = await open()
    const client = await openClient(gateway, key)
    const report = (seq: number, updates: boolean) =>
      client.publish(topicOf(net, key.kid, 'report'), beat(seq, 1, 'rpi-4', key, updates))
    await ask(gateway, { firmware: 2, kids: [key.kid] })
    await report(0, false)
    expect(await listed(gateway)).toMatchObject([{ stage: 'refused', code: 'update/not-possible' }])
    const asked = await ask(gateway, { firmware: 2, kids: [key.kid] })
    expect([asked.status, asked.json.error.code]).toEqual([409, 'update/not-possible'])
    expect((await ask(gateway, { firmware: 2, board: 'rpi-4', percent: 100 })).json.updates).toEqual([])
    await client.client.endAsync(true)
    await gateway.close()
    const again = await startTestGateway(gateway.data)
    expect((await ask(again, { firmware: 2, kids: [key.kid] })).json.error.code).toBe('update/not-possible')
    const back = await openClient(again, key, 2)
    await back.publish(topicOf(net, key.kid, 'report'), beat(1, 1))
    expect((await ask(again, { firmware: 2, kids: [key.kid] })).json.updates).toMatchObject([{ stage: 'offered' }])
  })

  it('for a board goes to more and more of its devices, the first ones first', async () => {
    const gateway = await open()
    const keys = Array.from({ length: 8 }, (_, i) => testKey(`tray ${i}`))
    await enrol(gateway, ...keys)
    for (const [i, one] of keys.entries()) {
      const client = await openClient(gateway, one)
      await client.publish(topicOf(net, one.kid, 'report'), beat(0, 1, i === 7 ? 'rpi-5' : 'rpi-4', one))
      await client.client.endAsync(true)
    }
    const kidsOf = async (percent: number): Promise<string[]> =>
      (await ask(gateway, { firmware: 2, board: 'rpi-4', percent })).json.updates.map((one: { kid: string }) => one.kid)
    const some = await kidsOf(40)
    expect(some).toHaveLength(3)
    const all = await kidsOf(100)
    expect(all.slice(0, 3)).toEqual(some)
    expect([...all].sort()).toEqual(
      keys
        .slice(0, 7)
        .map(({ kid }) => kid)
        .sort(),
    )
    expect(await listed(gateway)).toHaveLength(7)
  })

  it('gives way to another one', async () => {
    const gateway = await open()
    await add(gateway, 'board=rpi-4&firmware=3', packed(smallBundle(3)))
    await ask(gateway, { firmware: 2, kids: [key.kid] })
    await ask(gateway, { firmware: 3, kids: [key.kid] })
    expect(await listed(gateway)).toMatchObject([
      { firmware: 2, stage: 'replaced' },
      { firmware: 3, stage: 'waiting' },
    ])
    const client = await openClient(gateway, key)
    expect(await updateIn(gateway, await client.next(topic))).toMatchObject({ firmware: 3 })
  })
})

it('a device fetches its update over TLS from the gateway whose key it pins', async () => {
  const gateway = await startTlsGateway()
  const dir = await provisioned(gateway)
  await add(gateway, 'board=rpi-4&firmware=2')
  const slots = slotsIn(join(testFolder(), 'bundles'))
  writeBundle(slots.current, smallBundle(1))
  const restarts = mailbox<true>()
  const own = { board: 'rpi-4', sequence: 1, bundles: slots.root, restart: () => restarts.put(true) }
  const device = await startReporter(dir, { firmware: own })
  const { json } = await ask(gateway, { firmware: 2, kids: [device.kid] })
  expect(json.updates).toMatchObject([{ kid: device.kid }])
  await restarts.take()
  expect(must(readUpdateState(slots))).toMatchObject({ stage: 'ready', firmware: 2 })
  expect(wholeIn(slots.next)).toBe(2)
  await expect.poll(() => listed(gateway)).toMatchObject([{ stage: 'fetched' }])
})
