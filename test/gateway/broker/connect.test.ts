import { once } from 'node:events'
import { connectAsync } from 'mqtt'
import type { IConnectPacket } from 'mqtt-packet'
import { describe, expect, test } from 'vitest'
import { fail, ok } from '../../../device-sdk/protocol/result.ts'
import {
  alice,
  bob,
  connectPacket,
  good,
  mailbox,
  net,
  openDevice,
  openRaw,
  ping,
  publishPacket,
  startHarness,
} from './harness.ts'

/** Connects as bob as soon as the broker has room. */
const untilAccepted = async (port: number, decision: { take: () => Promise<() => void> }) => {
  const asked = decision.take()
  for (;;) {
    const client = await openRaw(port)
    client.send(connectPacket(bob))
    const decided = await Promise.race([asked, client.closed.then(() => null)])
    if (decided === null) continue
    decided()
    await client.next()
    return client
  }
}

describe('a CONNECT that is in order', () => {
  test('asks the hook once, with the raw password and the address', async () => {
    const { port, attempts, broker } = await startHarness()
    const client = await openDevice(port, alice)
    expect(attempts).toEqual([
      { clientId: alice, userName: alice, password: good, remoteAddress: expect.stringMatching(/127\.0\.0\.1$/) },
    ])
    expect(client.received[0]).toMatchObject({ cmd: 'connack', returnCode: 0, sessionPresent: false })
    expect(broker.isConnected(alice)).toBe(true)
    expect(broker.connected()).toBe(1)
  })

  test('asks for a kept session and is told that there is none, time after time', async () => {
    const { port, broker } = await startHarness()
    const topic = `hexfix/${net}/${alice}/receipt`
    for (let round = 0; round < 2; round += 1) {
      const client = await openDevice(port, alice, { clean: false })
      expect(client.received[0]).toMatchObject({ sessionPresent: false })
      // The subscription of the round before is gone: nothing comes in before there is a new one.
      broker.send(alice, 'receipt', Buffer.from('early'))
      await ping(client)
      client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 1 }] })
      expect(await client.next()).toMatchObject({ cmd: 'suback', granted: [1] })
      client.socket.destroy()
      await client.closed
      // While the device is away, nothing is kept for it.
      broker.send(alice, 'receipt', Buffer.from('late'))
    }
  })

  test('waits for the hook, and nothing that follows is handled before', async () => {
    const decision = mailbox<() => void>()
    const { port, pending, broker } = await startHarness({
      authenticate: ({ clientId }) => new Promise((resolve) => decision.put(() => resolve(ok({ kid: clientId })))),
    })
    const client = await openRaw(port)
    client.send(connectPacket(alice))
    // More than aedes would queue before CONNACK.
    for (let id = 1; id <= 60; id += 1) client.send(publishPacket(`hexfix/${net}/${alice}/report`, id))
    const decide = await decision.take()
    expect(broker.connected()).toBe(0)
    expect(client.received).toEqual([])
    decide()
    expect(await client.next()).toMatchObject({ cmd: 'connack', returnCode: 0 })
    for (let id = 1; id <= 60; id += 1) (await pending.take()).done()
    for (let id = 1; id <= 60; id += 1) expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: id })
  })
})

test('a device that leaves while it is judged is not connected afterwards', async () => {
  const decision = mailbox<() => void>()
  const { port, broker } = await startHarness({
    authenticate: ({ clientId }) => new Promise((resolve) => decision.put(() => resolve(ok({ kid: clientId })))),
    limits: { connectionsMax: 1 },
  })
  const client = await openRaw(port)
  client.send(connectPacket(alice))
  const decide = await decision.take()
  broker.disconnect(alice)
  client.socket.resetAndDestroy()
  // There is room for another connection only once the broker has seen the end of this one.
  const second = await untilAccepted(port, decision)
  decide()
  await ping(second)
  expect(broker.isConnected(alice)).toBe(false)
  expect(broker.connected()).toBe(1)
})

describe('a CONNECT that is refused before its password is looked at', () => {
  const will = { topic: `hexfix/${net}/${alice}/report`, payload: Buffer.from('x'), qos: 0, retain: false } as const
  const cases: [string, Partial<IConnectPacket>, string, number][] = [
    ['MQTT 3.1', { protocolId: 'MQIsdp', protocolVersion: 3 }, 'mqtt/version', 1],
    ['MQTT 5', { protocolVersion: 5 }, 'mqtt/version', 1],
    ['an empty client id', { clientId: '' }, 'mqtt/wrong-client-id', 2],
    ['another client id than user name', { clientId: bob }, 'mqtt/wrong-client-id', 2],
    ['a kid in upper case', { clientId: 'A'.repeat(16), username: 'A'.repeat(16) }, 'mqtt/wrong-client-id', 2],
    ['__proto__', { clientId: '__proto__', username: '__proto__' }, 'mqtt/wrong-client-id', 2],
    ['a kid with more behind it', { clientId: `${alice}\n`, username: `${alice}\n` }, 'mqtt/wrong-client-id', 2],
    ['an empty password', { password: Buffer.alloc(0) }, 'mqtt/no-password', 4],
    ['a will on a topic of its own', { will }, 'mqtt/will-refused', 5],
    ['a will on $SYS', { will: { ...will, topic: '$SYS/x/new/clients' } }, 'mqtt/will-refused', 5],
  ]
  test.each(cases)('%s', async (_name, changes, code, returnCode) => {
    const { port, refusals, attempts, broker } = await startHarness()
    const client = await openRaw(port)
    client.send(connectPacket(alice, changes))
    expect(await client.next()).toMatchObject({ cmd: 'connack', returnCode, sessionPresent: false })
    await client.closed
    expect(await refusals.take()).toEqual({ code, remoteAddress: expect.stringContaining('127.0.0.1') })
    expect(refusals.all).toEqual([])
    expect(attempts).toEqual([])
    expect(broker.connected()).toBe(0)
  })
})

describe('an authentication that fails', () => {
  test('is answered by CONNACK 5 and reported with the code of the hook', async () => {
    const { port, refusals, broker } = await startHarness()
    const client = await openRaw(port)
    client.send(connectPacket(alice, { password: Buffer.from('forged') }))
    expect(await client.next()).toMatchObject({ cmd: 'connack', returnCode: 5 })
    await client.closed
    expect(await refusals.take()).toMatchObject({ code: 'sign1/bad-signature' })
    expect(refusals.all).toEqual([])
    expect(broker.connected()).toBe(0)
  })

  test('never disturbs the device of that name', async () => {
    const { port, broker, pending } = await startHarness()
    const device = await openDevice(port, alice)
    const topic = `hexfix/${net}/${alice}/receipt`
    device.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 1 }] })
    await device.next()
    device.send(publishPacket(`hexfix/${net}/${alice}/report`, 9))
    const waiting = await pending.take()
    for (let i = 0; i < 3; i += 1) {
      const thief = await openRaw(port)
      thief.send(connectPacket(alice, { password: Buffer.from('forged') }))
      await thief.closed
    }
    expect(broker.isConnected(alice)).toBe(true)
    expect(broker.connected()).toBe(1)
    waiting.done()
    expect(await device.next()).toMatchObject({ cmd: 'puback', messageId: 9 })
    broker.send(alice, 'receipt', Buffer.from('yours'))
    expect(await device.next()).toMatchObject({ cmd: 'publish', topic, payload: Buffer.from('yours') })
  })

  test('a hook that cannot decide gives CONNACK 3', async () => {
    const { port, refusals } = await startHarness({ authenticate: () => Promise.reject(new Error('no database')) })
    const client = await openRaw(port)
    client.send(connectPacket(alice))
    expect(await client.next()).toMatchObject({ cmd: 'connack', returnCode: 3 })
    expect(await refusals.take()).toMatchObject({ code: 'mqtt/auth-unavailable', detail: 'no database' })
  })

  test('a token of another device is no token', async () => {
    const { port, refusals, broker } = await startHarness({ authenticate: async () => ok({ kid: bob }) })
    const client = await openRaw(port)
    client.send(connectPacket(alice))
    expect(await client.next()).toMatchObject({ cmd: 'connack', returnCode: 5 })
    expect(await refusals.take()).toMatchObject({ code: 'mqtt/wrong-client-id' })
    expect(broker.connected()).toBe(0)
  })

  test('the independent client sees "Not authorized"', async () => {
    const { port } = await startHarness({ authenticate: async () => fail('device/revoked') })
    const url = `mqtt://127.0.0.1:${port}`
    const options = { clientId: alice, username: alice, password: 'x', reconnectPeriod: 0 }
    await expect(connectAsync(url, options, false)).rejects.toThrow(/Not authorized/)
  })
})

describe('the same device again', () => {
  test('an authenticated CONNECT takes over, and the end of the old connection does not end the new one', async () => {
    const { port, broker } = await startHarness()
    const before = await openDevice(port, alice)
    const other = await openDevice(port, bob)
    const topic = `hexfix/${net}/${alice}/receipt`
    before.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 1 }] })
    await before.next()
    const after = await openDevice(port, alice)
    await before.closed
    await ping(after)
    await ping(other)
    expect(broker.isConnected(alice)).toBe(true)
    expect(broker.connected()).toBe(2)
    after.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 1 }] })
    await after.next()
    broker.send(alice, 'receipt', Buffer.from('new'))
    expect(await after.next()).toMatchObject({ payload: Buffer.from('new') })
  })

  test('of a storm of connections one is left, and the count is right', async () => {
    const { port, broker } = await startHarness()
    const clients = await Promise.all(Array.from({ length: 20 }, () => openRaw(port)))
    const ends = mailbox<number>()
    clients.forEach((client, i) => void client.closed.then(() => ends.put(i)))
    for (const client of clients) client.send(connectPacket(alice))
    const ended = new Set<number>()
    for (let i = 0; i < 19; i += 1) ended.add(await ends.take())
    const left = clients.find((_client, i) => !ended.has(i))
    expect(await left?.next()).toMatchObject({ cmd: 'connack', returnCode: 0 })
    if (left) await ping(left)
    expect(broker.connected()).toBe(1)
    left?.socket.destroy()
    await left?.closed
    await expect.poll(() => broker.connected()).toBe(0)
  })
})

describe('before any CONNECT', () => {
  test('what is not MQTT, and a CONNECT of 268 MB, end at once', async () => {
    const { port, refusals } = await startHarness()
    for (const [bytes, code] of [
      [Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'mqtt/connect-first'],
      [Buffer.of(0x10, 0xff, 0xff, 0xff, 0x7f), 'mqtt/packet-too-large'],
    ] as const) {
      const client = await openRaw(port)
      client.socket.write(bytes)
      await client.closed
      expect(await refusals.take()).toMatchObject({ code })
    }
  })

  test('a CONNECT that the parser refuses is reported as malformed', async () => {
    const { port, refusals } = await startHarness()
    const client = await openRaw(port)
    client.socket.write(Buffer.of(0x10, 6, 0, 4, 0x4d, 0x51, 0x54, 0x58))
    await client.closed
    expect(await refusals.take()).toMatchObject({ code: 'mqtt/malformed', detail: 'Invalid protocolId' })
  })

  test('a silent connection ends at the time limit', async () => {
    const { port, refusals } = await startHarness({ limits: { connectTimeoutMs: 30 } })
    const client = await openRaw(port)
    await client.closed
    expect(await refusals.take()).toMatchObject({ code: 'mqtt/connect-timeout' })
    expect(refusals.all).toEqual([])
  })

  test('past the limit of connections a new one ends, and an end makes room', async () => {
    const { port, refusals, broker } = await startHarness({ limits: { connectionsMax: 1 } })
    const first = await openDevice(port, alice)
    const second = await openRaw(port)
    await second.closed
    expect(await refusals.take()).toMatchObject({ code: 'mqtt/too-many-connections' })
    first.socket.destroy()
    await expect.poll(() => broker.connected()).toBe(0)
    await openDevice(port, bob)
  })
})

describe('keepalive', () => {
  test.each([0, 65_535])('a client that asks for %i s is let go at the limit', async (keepalive) => {
    const { port, refusals, broker } = await startHarness({ limits: { keepaliveSMax: 0.05 } })
    const client = await openDevice(port, alice, { keepalive })
    await client.closed
    expect(broker.connected()).toBe(0)
    // A device that went silent is no refusal.
    expect(refusals.all).toEqual([])
  })

  test('publishes alone keep it, and so does a wait for the store', async () => {
    const { port, pending, broker } = await startHarness({ limits: { keepaliveSMax: 0.1, inFlightMax: 1 } })
    const client = await openDevice(port, alice)
    const from = performance.now()
    let id = 0
    while (performance.now() - from < 500) {
      client.send(publishPacket(`hexfix/${net}/${alice}/report`, ++id))
      const { done } = await pending.take()
      // Longer than the keepalive: who is not read cannot be heard.
      if (id === 1) await new Promise((resolve) => setTimeout(resolve, 250))
      else await new Promise((resolve) => setTimeout(resolve, 20))
      done()
      expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: id })
    }
    expect(id).toBeGreaterThan(3)
    expect(broker.isConnected(alice)).toBe(true)
    await client.closed
  })
})

test('disconnect ends that device alone, and close ends all', async () => {
  const { port, broker } = await startHarness()
  const [a, b] = [await openDevice(port, alice), await openDevice(port, bob)]
  broker.disconnect(alice)
  await a.closed
  await ping(b)
  expect([broker.isConnected(alice), broker.isConnected(bob)]).toEqual([false, true])
  await broker.close()
  await b.closed
  expect(broker.connected()).toBe(0)
  const late = await openRaw(port)
  if (!late.socket.destroyed) await once(late.socket, 'close')
})
