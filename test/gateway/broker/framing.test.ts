import fc from 'fast-check'
import mqttPacket, { type Packet } from 'mqtt-packet'
import { describe, expect, test } from 'vitest'
import { createFraming, type Frames, type Framing } from '../../../gateway/broker/framing.ts'
import { connectPacket } from './harness.ts'

const limits = { connectBytesMax: 4_096, packetBytesMax: 65_536 }
const connect = mqttPacket.generate(connectPacket('aaaaaaaaaaaaaaa1'))
/** Feeds a piece whole: what one feed left over goes into the next. */
const feedAll = (framing: Framing, piece: Uint8Array, see: (frames: Frames) => void = () => {}): string | null => {
  for (let at = 0; at < piece.length; ) {
    const frames = framing.feed(piece.subarray(at))
    if (frames.fault) return frames.fault
    see(frames)
    at += frames.used
  }
  return null
}
const faultOf = (...pieces: Uint8Array[]): string | null => {
  const framing = createFraming(limits)
  for (const piece of pieces) {
    const fault = feedAll(framing, piece)
    if (fault) return fault
  }
  return null
}

describe('the first packet', () => {
  test.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n')],
    ['a TLS hello', Buffer.of(0x16, 3, 1)],
    ['a PUBLISH', Buffer.of(0x30, 3, 0, 1, 0x61)],
    ['a PINGREQ', Buffer.of(0xc0, 0)],
    ['type 0', Buffer.of(0x00, 0)],
    ['type 15', Buffer.of(0xf0, 0)],
  ])('%s is not CONNECT', (_name, bytes) => {
    expect(faultOf(bytes)).toBe('mqtt/connect-first')
  })

  test('is no PROXY header: that comes from trusted proxies alone', () => {
    expect(faultOf(Buffer.from('0d0a0d0a000d0a515549540a', 'hex'))).toBe('proxy/untrusted')
  })

  test('a CONNECT that declares 268 MB is refused by its header alone', () => {
    expect(faultOf(Buffer.of(0x10, 0xff, 0xff, 0xff, 0x7f))).toBe('mqtt/packet-too-large')
    expect(faultOf(Buffer.of(0x10, 0xff, 0xff))).toBe('mqtt/packet-too-large')
  })

  test('4096 bytes pass and 4097 do not', () => {
    expect(faultOf(Buffer.of(0x10, 0x80, 0x20))).toBeNull()
    expect(faultOf(Buffer.of(0x10, 0x81, 0x20))).toBe('mqtt/packet-too-large')
  })
})

describe('after CONNECT', () => {
  test.each([
    ['65536 bytes', [0x30, 0x80, 0x80, 0x04], null],
    ['65537 bytes', [0x30, 0x81, 0x80, 0x04], 'mqtt/packet-too-large'],
    ['268 MB', [0x32, 0xff, 0xff, 0xff, 0x7f], 'mqtt/packet-too-large'],
    ['five length bytes', [0x30, 0x80, 0x80, 0x80, 0x80, 0x01], 'mqtt/malformed'],
    ['a longer form of a length', [0x30, 0x85, 0x00], 'mqtt/malformed'],
    ['QoS 3', [0x36, 3, 0, 1, 0x61], 'mqtt/malformed'],
    ['SUBSCRIBE with other flags', [0x80, 6, 0, 1, 0, 1, 0x61, 0], 'mqtt/malformed'],
    ['type 0', [0x00, 0], 'mqtt/malformed'],
    ['type 15', [0xf0, 0], 'mqtt/malformed'],
    ['CONNACK, which only a server sends', [0x20, 2, 0, 0], 'mqtt/malformed'],
    ['SUBACK, which only a server sends', [0x90, 3, 0, 1, 0], 'mqtt/malformed'],
    ['a second CONNECT', [...connect], 'mqtt/second-connect'],
  ])('%s', (_name, bytes, expected) => {
    expect(faultOf(connect, Uint8Array.from(bytes))).toBe(expected)
  })
})

const packets: fc.Arbitrary<Packet> = fc.oneof(
  fc.record({
    cmd: fc.constant('publish' as const),
    topic: fc.string({ minLength: 1, maxLength: 30, unit: fc.constantFrom(...'abc/') }),
    payload: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    qos: fc.constantFrom(0 as const, 1 as const),
    messageId: fc.integer({ min: 1, max: 65_535 }),
    dup: fc.constant(false),
    retain: fc.boolean(),
  }),
  fc.constant<Packet>({ cmd: 'pingreq' }),
  fc.constant<Packet>({ cmd: 'puback', messageId: 5 }),
  fc.constant<Packet>({ cmd: 'subscribe', messageId: 6, subscriptions: [{ topic: 'a/b', qos: 1 }] }),
  fc.constant<Packet>({
    cmd: 'publish',
    topic: 'big',
    payload: Buffer.alloc(20_000),
    qos: 0,
    dup: false,
    retain: false,
  }),
)

/** Cuts a stream at the given places, which may fall anywhere. */
const cut = (stream: Buffer, places: readonly number[]): Buffer[] => {
  const sorted = [...new Set([0, ...places.map((place) => place % (stream.length + 1)), stream.length])]
  sorted.sort((a, b) => a - b)
  return sorted.slice(1).map((end, i) => stream.subarray(sorted[i], end))
}

test('valid streams pass however they are cut, and CONNECT ends where it ends', () => {
  fc.assert(
    fc.property(fc.array(packets, { maxLength: 8 }), fc.array(fc.nat(60_000), { maxLength: 30 }), (list, places) => {
      const stream = Buffer.concat([connect, ...list.map((packet) => mqttPacket.generate(packet))])
      const framing = createFraming(limits)
      let offset = 0
      let publishes = 0
      const connectEnds: number[] = []
      for (const piece of cut(stream, places)) {
        const fault = feedAll(framing, piece, (frames) => {
          offset += frames.used
          publishes += frames.publishes
          if (frames.connects) connectEnds.push(offset)
        })
        expect(fault).toBeNull()
      }
      expect(connectEnds).toEqual([connect.length])
      expect(publishes).toBe(list.filter(({ cmd }) => cmd === 'publish').length)
    }),
  )
})

test('a fault is found however the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(packets, { maxLength: 4 }), fc.array(fc.nat(60_000), { maxLength: 30 }), (list, places) => {
      const bad = Buffer.of(0x32, 0xff, 0xff, 0xff, 0x7f)
      const stream = Buffer.concat([connect, ...list.map((packet) => mqttPacket.generate(packet)), bad])
      expect(faultOf(...cut(stream, places))).toBe('mqtt/packet-too-large')
    }),
  )
})

test('byte by byte is no different', () => {
  const stream = Buffer.concat([connect, mqttPacket.generate({ cmd: 'pingreq' }), Buffer.of(0xf0)])
  expect(faultOf(...cut(stream, [...stream.keys()]))).toBe('mqtt/malformed')
})

test('no more publishes pass than are asked for, and the rest is left where the next one begins', () => {
  const one = mqttPacket.generate({ cmd: 'publish', topic: 't', payload: 'x', qos: 0, dup: false, retain: false })
  const ping = mqttPacket.generate({ cmd: 'pingreq' })
  const framing = createFraming(limits)
  feedAll(framing, connect)
  const stream = Buffer.concat([one, one, ping, one])
  expect(framing.feed(stream, 2)).toMatchObject({ used: 2 * one.length + ping.length, publishes: 2 })
  expect(framing.feed(one, 0)).toMatchObject({ used: 0, publishes: 0 })
  // What began before may end.
  expect(framing.feed(one.subarray(0, 3), 1)).toMatchObject({ used: 3, publishes: 1 })
  expect(framing.feed(Buffer.concat([one.subarray(3), one]), 0)).toMatchObject({ used: one.length - 3, publishes: 0 })
})
