import { connectAsync } from 'mqtt'
import mqttPacket, { type Packet } from 'mqtt-packet'
import { describe, expect, test } from 'vitest'
import {
  alice,
  bob,
  connectPacket,
  fakeSocket,
  good,
  net,
  openDevice,
  ping,
  publishPacket,
  startHarness,
} from './harness.ts'

const report = `hexfix/${net}/${alice}/report`

const pubackIds = (written: Buffer): number[] => {
  const ids: number[] = []
  const parser = mqttPacket.parser()
  parser.on('packet', ({ cmd, messageId }) => {
    if (cmd === 'puback' && messageId !== undefined) ids.push(messageId)
  })
  parser.parse(written)
  return ids
}

describe('PUBACK', () => {
  test('not one byte of it leaves before the message is durable', async () => {
    const { port, pending } = await startHarness()
    const client = await openDevice(port, alice)
    const before = client.socket.bytesRead
    client.send(publishPacket(report, 5, 'payload'))
    const { message, done } = await pending.take()
    expect(message).toEqual({
      kid: alice,
      type: 'report',
      payload: Buffer.from('payload'),
      remoteAddress: expect.stringContaining('127.0.0.1'),
    })
    // The PINGRESP is two bytes; anything more would be an acknowledgement.
    await ping(client)
    expect(client.socket.bytesRead - before).toBe(2)
    done()
    expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 5 })
  })

  test('two in flight are acknowledged in order even when durable out of order', async () => {
    const { port, pending } = await startHarness()
    const client = await openDevice(port, alice)
    client.send(publishPacket(report, 1))
    client.send(publishPacket(report, 2))
    const [first, second] = [await pending.take(), await pending.take()]
    second.done()
    await ping(client)
    first.done()
    expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 1 })
    expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 2 })
  })

  test('messages of every type and way share one order', async () => {
    const { port, pending } = await startHarness()
    const client = await openDevice(port, alice)
    const topics = ['report', 'time', `via/${bob}/report`, 'result', 'report'].map(
      (end) => `hexfix/${net}/${alice}/${end}`,
    )
    client.socket.write(Buffer.concat(topics.map((topic, i) => mqttPacket.generate(publishPacket(topic, i + 1)))))
    const waiting = []
    for (const _ of topics) waiting.push(await pending.take())
    expect(waiting.map(({ message }) => [message.kid, message.via ?? null, message.type])).toEqual([
      [alice, null, 'report'],
      [alice, null, 'time'],
      [bob, alice, 'report'],
      [alice, null, 'result'],
      [alice, null, 'report'],
    ])
    for (const { done } of waiting.slice(1)) done()
    await ping(client)
    const before = client.socket.bytesRead
    waiting[0]?.done()
    for (const id of [1, 2, 3, 4, 5]) expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: id })
    // And nothing else with them.
    expect(client.socket.bytesRead - before).toBe(20)
  })

  test('a message that cannot be stored ends the connection without one; those before it keep theirs', async () => {
    const { port, pending, refusals, broker } = await startHarness()
    const client = await openDevice(port, alice)
    const other = await openDevice(port, bob)
    for (const id of [1, 2, 3]) client.send(publishPacket(report, id))
    const [first, second, third] = [await pending.take(), await pending.take(), await pending.take()]
    third.done()
    first.done()
    expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 1 })
    second.fail(new Error('disk full'))
    await client.closed
    expect(client.received.filter(({ cmd }) => cmd === 'puback')).toHaveLength(1)
    expect(await refusals.take()).toMatchObject({ code: 'mqtt/not-stored', kid: alice, detail: 'disk full' })
    expect(refusals.all).toEqual([])
    await ping(other)
    expect(broker.isConnected(alice)).toBe(false)
  })

  test('a device that left before its message was durable harms nobody', async () => {
    const { port, pending, broker } = await startHarness()
    const client = await openDevice(port, alice)
    client.send(publishPacket(report, 1))
    const waiting = await pending.take()
    client.socket.destroy()
    await expect.poll(() => broker.connected()).toBe(0)
    waiting.done()
    await ping(await openDevice(port, bob))
  })

  test('QoS 0 reaches the hook and gets none', async () => {
    const { port, pending } = await startHarness()
    const client = await openDevice(port, alice)
    const topic = `hexfix/${net}/${alice}/time`
    client.send({ cmd: 'publish', topic, payload: 't', qos: 0, dup: false, retain: false })
    const { message, done } = await pending.take()
    expect(message.type).toBe('time')
    done()
    await ping(client)
    expect(client.received.map(({ cmd }) => cmd)).toEqual(['connack', 'pingresp'])
  })

  test('each of the four types of a device arrives under its name', async () => {
    const { port, pending } = await startHarness()
    const client = await openDevice(port, alice)
    for (const type of ['report', 'enrol', 'time', 'result']) {
      client.send(publishPacket(`hexfix/${net}/${alice}/${type}`, 1))
      const { message, done } = await pending.take()
      expect(message.type).toBe(type)
      done()
      await client.next()
    }
  })

  test('the independent client has its publish confirmed', async () => {
    const { port, pending } = await startHarness()
    const options = { clientId: alice, username: alice, password: good, reconnectPeriod: 0 }
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, options)
    const confirmed = client.publishAsync(report, 'x', { qos: 1 })
    const { done } = await pending.take()
    done()
    await confirmed
    await client.endAsync()
  })
})

describe('in flight', () => {
  const total = 40
  const publishes = Array.from({ length: total }, (_, i) => mqttPacket.generate(publishPacket(report, i + 1)))
  const ids = Array.from({ length: total }, (_, i) => i + 1)

  test('past the limit the socket is not read, even at one message a read, and later it goes on', async () => {
    const { broker, pending } = await startHarness({ limits: { inFlightMax: 4 } })
    const { socket, state } = fakeSocket([mqttPacket.generate(connectPacket(alice)), ...publishes])
    broker.accept(socket, '192.0.2.1')
    const first = await pending.take()
    // Long enough to take all forty if nothing held them back.
    for (let i = 0; i < 200; i += 1) await new Promise((resolve) => setImmediate(resolve))
    expect(1 + pending.all.length).toBeLessThanOrEqual(5)
    expect(state.taken).toBeLessThanOrEqual(8)
    first.done()
    for (let i = 1; i < total; i += 1) (await pending.take()).done()
    const acknowledged = (): number[] => pubackIds(Buffer.concat(state.written))
    await expect.poll(acknowledged).toEqual(ids)
  })

  test('all messages of one read are in flight together, and come back in order', async () => {
    const { broker, pending } = await startHarness({ limits: { inFlightMax: 4 } })
    const { socket, state } = fakeSocket([Buffer.concat([mqttPacket.generate(connectPacket(alice)), ...publishes])])
    broker.accept(socket, '192.0.2.1')
    const waiting = []
    for (let i = 0; i < total; i += 1) waiting.push(await pending.take())
    for (const { done } of waiting.reverse()) done()
    await expect.poll(() => pubackIds(Buffer.concat(state.written))).toEqual(ids)
  })
})

describe('a publish that is refused ends the connection unacknowledged', () => {
  const plain = {
    cmd: 'publish',
    topic: report,
    payload: 'x',
    qos: 1,
    messageId: 1,
    dup: false,
    retain: false,
  } as const
  const elsewhere = (topic: string, code = 'mqtt/topic-forbidden'): [string, Packet, string] => [
    topic,
    { ...plain, topic },
    code,
  ]
  const cases: [string, Packet, string][] = [
    ['retained', { ...plain, retain: true }, 'mqtt/retain-refused'],
    ['QoS 2', { ...plain, qos: 2 }, 'mqtt/qos-refused'],
    elsewhere(`hexfix/${net}/${bob}/report`),
    elsewhere(`hexfix/${net + 1}/${alice}/report`),
    elsewhere(`hexfix/${net}/${alice}/receipt`),
    elsewhere(`hexfix/${net}/${alice}/report/more`),
    elsewhere(`hexfix/${net}/${alice}`),
    elsewhere(`hexfix/${net}/entropy`),
    elsewhere(`hexfix2/${net}/${alice}/report`),
    elsewhere('$SYS/broker/new/clients'),
    elsewhere('a/'.repeat(200), 'mqtt/malformed'),
    elsewhere(`hexfix/${net}/${alice}/report\u0000`),
  ]
  test.each(cases)('%j', async (_name, packet, code) => {
    const { port, refusals, pending, broker } = await startHarness()
    const client = await openDevice(port, alice)
    const other = await openDevice(port, bob)
    client.send(packet)
    await client.closed
    expect(client.received.map(({ cmd }) => cmd)).toEqual(['connack'])
    expect(await refusals.take()).toMatchObject({ code, kid: alice })
    expect(refusals.all).toEqual([])
    expect(pending.all).toEqual([])
    await ping(other)
    expect(broker.connected()).toBe(1)
  })

  test('$SYS does not kick another device', async () => {
    const { port, broker } = await startHarness()
    const victim = await openDevice(port, bob)
    const client = await openDevice(port, alice)
    client.send({ ...plain, topic: '$SYS/other/new/clients', payload: bob })
    await client.closed
    await ping(victim)
    expect(broker.isConnected(bob)).toBe(true)
  })
})
