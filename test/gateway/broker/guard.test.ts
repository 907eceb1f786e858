import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import fc from 'fast-check'
import mqttPacket from 'mqtt-packet'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createGuard, type Guard } from '../../../gateway/broker/guard.ts'
import { connectPacket, fakeSocket } from './harness.ts'

const limits = {
  connectBytesMax: 4_096,
  packetBytesMax: 65_536,
  connectTimeoutMs: 10_000,
  publishesPerSMax: 100,
  bytesPerSMax: 524_288,
}
const connect = mqttPacket.generate(connectPacket('aaaaaaaaaaaaaaa1'))
const pingreq = mqttPacket.generate({ cmd: 'pingreq' })

afterEach(() => void vi.useRealTimers())

const guardOf = (socket: Duplex) => {
  const refused = vi.fn()
  const guard = createGuard(socket, { remoteAddress: '192.0.2.1', limits, refused })
  return { guard, refused }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

/** Reads all that comes out until as many bytes have come, as the broker does, releasing after CONNECT. */
const readAll = async (guard: Guard, length: number): Promise<Buffer> => {
  const out: Buffer[] = []
  let size = 0
  while (size < length) {
    const piece: Buffer | null = guard.stream.read()
    if (piece === null) {
      await once(guard.stream, 'readable')
      continue
    }
    out.push(piece)
    size += piece.length
    guard.release()
  }
  return Buffer.concat(out)
}

describe('what comes in', () => {
  test('leaves byte for byte as it came, however it is cut', async () => {
    const places = fc.array(fc.nat(5_000), { maxLength: 20 })
    const payloads = fc.array(fc.uint8Array({ maxLength: 900 }), { maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(payloads, places, async (list, cuts) => {
        const publishes = list.map((payload) => mqttPacket.generate(publish(payload)))
        const stream = Buffer.concat([connect, ...publishes, pingreq])
        const ends = [...new Set([...cuts.map((place) => place % stream.length), stream.length])].sort((a, b) => a - b)
        const pieces = ends.map((end, i) => stream.subarray(ends[i - 1] ?? 0, end)).filter(({ length }) => length > 0)
        const { socket } = fakeSocket(pieces)
        const { guard, refused } = guardOf(socket)
        expect(await readAll(guard, stream.length)).toEqual(stream)
        expect(refused).not.toHaveBeenCalled()
        guard.stream.destroy()
      }),
      { numRuns: 60 },
    )
  })

  test('passes nothing after CONNECT until released', async () => {
    const { socket } = fakeSocket([Buffer.concat([connect, pingreq]), pingreq])
    const { guard } = guardOf(socket)
    await once(guard.stream, 'readable')
    expect(guard.stream.read()).toEqual(connect)
    await settle()
    expect(guard.stream.read()).toBeNull()
    guard.release()
    expect(await readAll(guard, 4)).toEqual(Buffer.concat([pingreq, pingreq]))
    guard.stream.destroy()
  })

  test('no more than one read of the socket waits inside, whatever the peer sends', async () => {
    const flood = Array.from({ length: 50 }, () => mqttPacket.generate(publish(new Uint8Array(10_000))))
    const { socket, state } = fakeSocket([connect, ...flood])
    const { guard } = guardOf(socket)
    await readAll(guard, connect.length)
    await settle()
    await settle()
    // One piece is in the guard; the socket holds one more of its own.
    expect(guard.stream.readableLength).toBeLessThanOrEqual(flood[0]?.length ?? 0)
    expect(state.taken).toBeLessThanOrEqual(3)
    guard.stream.destroy()
  })

  test('while held, nothing is read from the socket', async () => {
    const { socket, state } = fakeSocket([connect, pingreq, pingreq, pingreq, pingreq])
    const { guard } = guardOf(socket)
    await readAll(guard, connect.length)
    guard.hold()
    guard.stream.read()
    await settle()
    const before = state.taken
    guard.stream.read()
    await settle()
    expect(state.taken).toBe(before)
    expect(socket.isPaused()).toBe(true)
    guard.release()
    await readAll(guard, pingreq.length)
    guard.stream.destroy()
  })
})

describe('what goes out', () => {
  test('while the peer does not take it, writing waits and nothing more is read', async () => {
    const { socket, state, block } = fakeSocket([connect, ...Array.from({ length: 20 }, () => pingreq)])
    const { guard } = guardOf(socket)
    await readAll(guard, connect.length)
    block()
    const written = vi.fn()
    guard.stream.write(Buffer.from('first'), written)
    guard.stream.write(Buffer.from('second'), written)
    for (let i = 0; i < 10; i += 1) {
      guard.stream.read()
      await settle()
    }
    expect(Buffer.concat(state.written).toString()).toBe('first')
    expect(written).not.toHaveBeenCalled()
    expect(state.taken).toBeLessThanOrEqual(3)
    state.releaseWrite()
    await vi.waitFor(() => expect(Buffer.concat(state.written).toString()).toBe('firstsecond'))
    expect(written).toHaveBeenCalled()
    state.releaseWrite()
    await readAll(guard, pingreq.length * 10)
    guard.stream.destroy()
  })

  test('what was written before the end still leaves', async () => {
    const { socket, state, block } = fakeSocket([])
    const { guard } = guardOf(socket)
    block()
    guard.stream.write(Buffer.from('connack'))
    guard.stream.destroy()
    expect(socket.destroyed).toBe(false)
    state.releaseWrite()
    await once(socket, 'close')
    expect(Buffer.concat(state.written).toString()).toBe('connack')
  })

  test('a peer that takes nothing after the end is cut off', () => {
    vi.useFakeTimers()
    const { socket, block } = fakeSocket([])
    const { guard } = guardOf(socket)
    block()
    guard.stream.write(Buffer.from('connack'))
    guard.stream.destroy()
    vi.advanceTimersByTime(2_000)
    expect(socket.destroyed).toBe(true)
  })
})

describe('the end', () => {
  test('a fault is reported once with the address, and both sides end', async () => {
    const { socket } = fakeSocket([Buffer.of(0x10, 0xff, 0xff, 0xff, 0x7f)])
    const { guard, refused } = guardOf(socket)
    guard.stream.read()
    await once(guard.stream, 'close')
    expect(refused.mock.calls).toEqual([[{ code: 'mqtt/packet-too-large', remoteAddress: '192.0.2.1' }]])
    expect(socket.destroyed).toBe(true)
  })

  test.each([
    ['nothing', []],
    ['all of CONNECT but the last byte', [connect.subarray(0, -1)]],
  ])('%s within the time ends it', async (_name, pieces) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { socket } = fakeSocket(pieces)
    const { guard, refused } = guardOf(socket)
    guard.stream.read()
    await settle()
    vi.advanceTimersByTime(9_999)
    expect(refused).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(refused.mock.calls).toEqual([[{ code: 'mqtt/connect-timeout', remoteAddress: '192.0.2.1' }]])
    expect(socket.destroyed).toBe(true)
  })

  test('a CONNECT in time stops the clock', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { socket } = fakeSocket([connect])
    const { guard, refused } = guardOf(socket)
    await readAll(guard, connect.length)
    vi.advanceTimersByTime(60_000)
    expect(refused).not.toHaveBeenCalled()
    guard.stream.destroy()
  })

  test('a socket that fails ends the stream without an error', async () => {
    const { socket } = fakeSocket([])
    const { guard, refused } = guardOf(socket)
    socket.destroy(new Error('ECONNRESET'))
    await once(guard.stream, 'close')
    expect(refused).not.toHaveBeenCalled()
  })
})

function publish(payload: Uint8Array) {
  return { cmd: 'publish', topic: 't', payload: Buffer.from(payload), qos: 0, dup: false, retain: false } as const
}
