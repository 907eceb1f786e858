import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { ok } from '../../../device-sdk/protocol/result.ts'
import { listenTcp } from '../../../gateway/broker/index.ts'
import { createPace } from '../../../gateway/broker/pace.ts'
import { trustedAddresses } from '../../../gateway/edge/index.ts'
import { proxyHeader } from '../edge/proxy-header.ts'
import { atEnd, must } from '../harness.ts'
import { alice, bob, connectPacket, openDevice, openRaw, ping, publishPacket, startHarness } from './harness.ts'

const topic = `hexfix/7/${alice}/report`

describe('the pace of one connection', () => {
  test('gives a second at once, and then as much as time brings', () => {
    let ms = 0
    const pace = createPace({ publishesPerSMax: 10, bytesPerSMax: 1_000 }, () => ms)
    expect(pace.publishes()).toBe(10)
    pace.spend(10, 100)
    expect([pace.publishes(), pace.waitMs()]).toEqual([0, 100])
    ms = 100
    expect([pace.publishes(), pace.waitMs()]).toEqual([1, 0])
    ms = 60_000
    expect(pace.publishes()).toBe(10)
    pace.spend(0, 3_000)
    expect(pace.waitMs()).toBe(2_000)
  })
})

describe('publishes over the rate', () => {
  test('wait unread, none is refused, and other devices go on', async () => {
    const { port, pending, refusals } = await startHarness({ limits: { publishesPerSMax: 20, inFlightMax: 1_000 } })
    const device = await openDevice(port, alice)
    const other = await openDevice(port, bob)
    const from = performance.now()
    device.socket.cork()
    for (let id = 1; id <= 50; id += 1) device.send(publishPacket(topic, id))
    device.socket.uncork()
    for (let i = 0; i < 20; i += 1) (await pending.take()).done()
    expect(performance.now() - from).toBeLessThan(900)
    expect(pending.all).toHaveLength(0)
    await ping(other)
    for (let i = 20; i < 50; i += 1) (await pending.take()).done()
    // Thirty more at twenty a second.
    expect(performance.now() - from).toBeGreaterThan(1_300)
    for (let id = 1; id <= 50; id += 1) expect(await device.next()).toMatchObject({ cmd: 'puback', messageId: id })
    expect(refusals.all).toEqual([])
  })

  test('bytes over the rate wait as well', async () => {
    const { port, pending } = await startHarness({ limits: { bytesPerSMax: 100_000, inFlightMax: 1_000 } })
    const device = await openDevice(port, alice)
    const from = performance.now()
    for (let id = 1; id <= 6; id += 1) device.send(publishPacket(topic, id, 'x'.repeat(50_000)))
    for (let i = 0; i < 6; i += 1) (await pending.take()).done()
    expect(performance.now() - from).toBeGreaterThan(1_000)
  })
})

describe('connects', () => {
  test('of one device are limited where they succeed, before its token is looked at', async () => {
    const { port, attempts, refusals } = await startHarness({ limits: { connectsPerMinuteMax: 2 } })
    for (let i = 0; i < 2; i += 1) await openDevice(port, alice)
    const third = await openRaw(port)
    third.send(connectPacket(alice))
    expect(await third.next()).toMatchObject({ cmd: 'connack', returnCode: 3 })
    expect((await refusals.take()).code).toBe('mqtt/connects-too-often')
    expect(attempts).toHaveLength(2)
    await openDevice(port, bob)
  })

  test('that fail never count against the device that they name', async () => {
    const limits = { connectsPerMinuteMax: 1, failuresPerMinuteMax: 100 }
    const { port } = await startHarness({ limits })
    for (let i = 0; i < 5; i += 1) {
      const forger = await openRaw(port)
      forger.send(connectPacket(alice, { password: Buffer.from('forged') }))
      expect(await forger.next()).toMatchObject({ cmd: 'connack', returnCode: 5 })
    }
    await openDevice(port, alice)
  })
})

/** A broker behind a proxy of ours, which says who connects. */
const startProxied = async (failuresPerMinuteMax: number) => {
  const harness = await startHarness({ limits: { failuresPerMinuteMax }, authenticate: async () => ok({ kid: alice }) })
  const isProxy = must(trustedAddresses(['127.0.0.1']))
  const listening = must(
    await listenTcp({ host: '127.0.0.1', port: 0, ...harness.broker, isProxy, handshakeMsMax: 300 }),
  )
  atEnd(listening.close)
  const open = async (client: string | null, bytes: Buffer = Buffer.alloc(0)) => {
    const socket = connect(listening.port, '127.0.0.1')
    socket.on('error', () => {})
    atEnd(() => void socket.destroy())
    await once(socket, 'connect')
    const closed = once(socket, 'close')
    socket.write(Buffer.concat([client === null ? Buffer.alloc(0) : proxyHeader(client), bytes]))
    return { socket, closed }
  }
  return { ...harness, open }
}
const noise = Buffer.from('GET / HTTP/1.1\r\n')

describe('failures', () => {
  test('pause the address that they come from and no other, and spare who is connected', async () => {
    const { open, refusals, port } = await startProxied(3)
    const connected = await openDevice(port, alice)
    for (let i = 0; i < 3; i += 1) await (await open('203.0.113.1', noise)).closed
    await (await open('203.0.113.1')).closed
    const codes = refusals.all.map(({ code, remoteAddress }) => `${remoteAddress} ${code}`)
    expect(codes).toEqual([...Array(3).fill('203.0.113.1 mqtt/connect-first'), '203.0.113.1 mqtt/source-paused'])
    const neighbour = await open('203.0.113.2')
    neighbour.socket.write(noise)
    await neighbour.closed
    expect(refusals.all.at(-1)).toMatchObject({ code: 'mqtt/connect-first', remoteAddress: '203.0.113.2' })
    await ping(connected)
  })

  test('count for a /64 of IPv6 together', async () => {
    const { open, refusals } = await startProxied(2)
    for (const last of ['1', 'ffff']) await (await open(`2001:db8:0:7:0:0:0:${last}`, noise)).closed
    await (await open('2001:db8:0:7:1:2:3:4')).closed
    expect(refusals.all.at(-1)?.code).toBe('mqtt/source-paused')
    await (await open('2001:db8:0:8:0:0:0:1', noise)).closed
    expect(refusals.all.at(-1)?.code).toBe('mqtt/connect-first')
  })
})

describe('a PROXY header', () => {
  test('must come from a trusted proxy, in time', async () => {
    const { open, refusals } = await startProxied(100)
    await (await open(null, Buffer.of(0x10, 0x20))).closed
    await (await open(null)).closed
    await (await open(null, proxyHeader('203.0.113.1').subarray(0, 20))).closed
    expect(refusals.all.map(({ code }) => code)).toEqual(['proxy/no-header', 'link/handshake', 'link/handshake'])
  })

  test('from anybody else ends the connection, and is counted against who really sent it', async () => {
    const { port, refusals } = await startHarness()
    const spoofer = await openRaw(port)
    spoofer.socket.write(proxyHeader('203.0.113.1'))
    await spoofer.closed
    expect(refusals.all).toEqual([{ code: 'proxy/untrusted', remoteAddress: '127.0.0.1' }])
  })
})
