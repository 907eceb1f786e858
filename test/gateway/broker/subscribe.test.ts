import { connectAsync } from 'mqtt'
import type { Packet } from 'mqtt-packet'
import { describe, expect, test } from 'vitest'
import { alice, bob, good, mailbox, net, openDevice, ping, publishPacket, startHarness } from './harness.ts'

const own = (rest: string): string => `hexfix/${net}/${alice}/${rest}`
const subscribe = (topic: string, qos: 0 | 1 | 2 = 1): Packet => ({
  cmd: 'subscribe',
  messageId: 3,
  subscriptions: [{ topic, qos }],
})

describe('what a device may subscribe to', () => {
  test.each([own('receipt'), own('sync'), own('command'), own('update'), own('+'), own('#'), `hexfix/${net}/entropy`])(
    '%s',
    async (topic) => {
      const { port, refusals } = await startHarness()
      const client = await openDevice(port, alice)
      client.send(subscribe(topic))
      expect(await client.next()).toMatchObject({ cmd: 'suback', messageId: 3, granted: [1] })
      expect(refusals.all).toEqual([])
    },
  )

  test.each([
    '#',
    '+/#',
    `+/${net}/${alice}/receipt`,
    '$SYS/#',
    '$SYS/+/new/clients',
    `$share/group/${own('receipt')}`,
    `hexfix/${net}/#`,
    `hexfix/${net}/+`,
    `hexfix/${net}/+/receipt`,
    `hexfix/${net}/${bob}/receipt`,
    `hexfix/${net}/${bob}/#`,
    `hexfix/${net + 1}/entropy`,
    own('report'),
    `hexfix/${net}/${alice}`,
    `/hexfix/${net}/${alice}/receipt`,
  ])('not %s: 0x80, and the connection stays', async (topic) => {
    const { port, refusals } = await startHarness()
    const client = await openDevice(port, alice)
    client.send(subscribe(topic))
    expect(await client.next()).toMatchObject({ cmd: 'suback', granted: [0x80] })
    expect(await refusals.take()).toMatchObject({ code: 'mqtt/filter-forbidden', kid: alice })
    await ping(client)
  })

  test('in one packet each filter has its own answer', async () => {
    const { port } = await startHarness()
    const client = await openDevice(port, alice)
    const subscriptions = [own('receipt'), `hexfix/${net}/${bob}/receipt`, own('sync')].map((topic) => ({
      topic,
      qos: 1 as const,
    }))
    client.send({ cmd: 'subscribe', messageId: 4, subscriptions })
    expect(await client.next()).toMatchObject({ granted: [1, 0x80, 1] })
  })

  test('past the limit 0x80, and an UNSUBSCRIBE makes room', async () => {
    const { port, refusals } = await startHarness({ limits: { subscriptionsMax: 1 } })
    const client = await openDevice(port, alice)
    client.send(subscribe(own('receipt')))
    expect(await client.next()).toMatchObject({ granted: [1] })
    client.send(subscribe(own('receipt'), 0))
    expect(await client.next()).toMatchObject({ granted: [0] })
    client.send(subscribe(own('sync')))
    expect(await client.next()).toMatchObject({ granted: [0x80] })
    expect(await refusals.take()).toMatchObject({ code: 'mqtt/too-many-subscriptions', kid: alice })
    client.send({ cmd: 'unsubscribe', messageId: 5, unsubscriptions: [own('receipt')] })
    expect(await client.next()).toMatchObject({ cmd: 'unsuback' })
    client.send(subscribe(own('sync')))
    expect(await client.next()).toMatchObject({ granted: [1] })
  })
})

describe('sending', () => {
  test('reaches the device that subscribed, with the QoS it asked for, and no other', async () => {
    const { port, broker } = await startHarness()
    const [a, b] = [await openDevice(port, alice), await openDevice(port, bob)]
    a.send(subscribe(own('#'), 0))
    a.send(subscribe(own('command'), 2))
    b.send(subscribe(`hexfix/${net}/${bob}/#`))
    await a.next()
    await a.next()
    await b.next()
    broker.send(alice, 'receipt', Uint8Array.of(1, 2))
    expect(await a.next()).toMatchObject({ topic: own('receipt'), payload: Buffer.of(1, 2), qos: 0, retain: false })
    broker.send(alice, 'command', Uint8Array.of(3))
    // One message for two filters that match, with the higher QoS, which is 1 at most.
    expect(await a.next()).toMatchObject({ topic: own('command'), qos: 1, messageId: expect.any(Number) })
    await ping(a)
    await ping(b)
    expect(b.received.map(({ cmd }) => cmd)).toEqual(['connack', 'suback', 'pingresp'])
  })

  test('drops what nobody asked for, and what is for an absent device', async () => {
    const { port, broker } = await startHarness()
    const client = await openDevice(port, alice)
    client.send(subscribe(own('sync')))
    await client.next()
    broker.send(alice, 'receipt', Uint8Array.of(1))
    broker.send(bob, 'receipt', Uint8Array.of(1))
    await ping(client)
    client.send({ cmd: 'unsubscribe', messageId: 5, unsubscriptions: [own('sync')] })
    await client.next()
    broker.send(alice, 'sync', Uint8Array.of(1))
    await ping(client)
    expect(client.received.some(({ cmd }) => cmd === 'publish')).toBe(false)
  })

  test('entropy goes to all who subscribed to it', async () => {
    const { port, broker } = await startHarness()
    const [a, b] = [await openDevice(port, alice), await openDevice(port, bob)]
    a.send(subscribe(`hexfix/${net}/entropy`))
    await a.next()
    broker.sendEntropy(Uint8Array.of(9))
    expect(await a.next()).toMatchObject({ topic: `hexfix/${net}/entropy`, payload: Buffer.of(9) })
    await ping(b)
    expect(b.received.map(({ cmd }) => cmd)).toEqual(['connack', 'pingresp'])
  })

  test('what a device publishes comes back to nobody, itself included', async () => {
    const { port, pending } = await startHarness()
    const client = await openDevice(port, alice)
    client.send(subscribe(own('#')))
    await client.next()
    client.send(publishPacket(own('report'), 8))
    ;(await pending.take()).done()
    expect(await client.next()).toMatchObject({ cmd: 'puback' })
    await ping(client)
    expect(client.received.some(({ cmd }) => cmd === 'publish')).toBe(false)
  })

  test('a device that reads nothing costs a bounded amount of memory', async () => {
    const { port, broker, refusals } = await startHarness({ limits: { unreadBytesMax: 100_000 } })
    const client = await openDevice(port, alice)
    client.send(subscribe(own('receipt')))
    await client.next()
    client.socket.pause()
    const payload = new Uint8Array(50_000)
    // The buffers of the system take the first megabytes.
    for (let i = 0; i < 1000 && refusals.all.length === 0; i += 1) {
      broker.send(alice, 'receipt', payload)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(refusals.all[0]).toMatchObject({ code: 'mqtt/slow-reader', kid: alice })
  })

  test('and past the time to read it the connection ends', async () => {
    const { port, broker, refusals } = await startHarness({ limits: { unreadBytesMax: 100_000, drainTimeoutMs: 40 } })
    const client = await openDevice(port, alice)
    client.send(subscribe(own('receipt')))
    await client.next()
    client.socket.pause()
    for (let i = 0; i < 1000 && refusals.all.length === 0; i += 1) {
      broker.send(alice, 'receipt', new Uint8Array(50_000))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await expect.poll(() => broker.connected()).toBe(0)
  })

  test('the independent client receives and acknowledges', async () => {
    const { port, broker } = await startHarness()
    const options = { clientId: alice, username: alice, password: good, reconnectPeriod: 0 }
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, options)
    const messages = mailbox<string>()
    client.on('message', (topic, payload) => messages.put(`${topic} ${payload.toString()}`))
    await client.subscribeAsync(own('#'), { qos: 1 })
    for (let i = 0; i < 5; i += 1) broker.send(alice, 'receipt', Buffer.from(`${i}`))
    for (let i = 0; i < 5; i += 1) expect(await messages.take()).toBe(`${own('receipt')} ${i}`)
    await client.endAsync()
  })
})
