import fc from 'fast-check'
import mqttPacket, { type Packet } from 'mqtt-packet'
import { describe, expect, test } from 'vitest'
import { nextPacket } from '../../../../device-sdk/espruino/wifi/next-packet.ts'
import { packetOf } from '../../../../device-sdk/espruino/wifi/packet.ts'
import { packets } from '../../../../device-sdk/espruino/wifi/packet-types.ts'

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const read = (bytes: string): Packet[] => {
  const found: Packet[] = []
  const parser = mqttPacket.parser({ protocolVersion: 4 })
  parser.on('packet', (packet) => found.push(packet))
  parser.parse(Buffer.from(bytes, 'latin1'))
  return found
}
/** Everything that a socket brings, in pieces of this size; and how many bytes were kept at the most. */
const taken = (stream: Uint8Array, size: number) => {
  const state = { held: '', skipped: 0 }
  const found: { first: number; body: string }[] = []
  let kept = 0
  for (let at = 0; at < stream.length; at += size) {
    state.held += latin1(stream.subarray(at, at + size))
    for (let next = nextPacket(state); next !== null; next = nextPacket(state)) {
      if (next === false) return { found, kept, broken: true }
      found.push(next)
    }
    kept = Math.max(kept, state.held.length)
  }
  return { found, kept, broken: false }
}
const publishOf = (payload: Uint8Array): Uint8Array =>
  mqttPacket.generate({
    cmd: 'publish',
    topic: 'a/b',
    payload: Buffer.from(payload),
    qos: 0,
    dup: false,
    retain: false,
  })

describe('packets of a board', () => {
  test('are read by another implementation of MQTT 3.1.1', () => {
    const connect = packetOf(packets.connect, [['MQTT'], '\x04\xc2', 60, ['id'], ['user'], ['secret']])
    expect(read(connect)).toMatchObject([
      {
        ...{ cmd: 'connect', protocolVersion: 4, protocolId: 'MQTT', clean: true, keepalive: 60 },
        ...{ clientId: 'id', username: 'user', password: Buffer.from('secret') },
      },
    ])
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_048 }), fc.integer({ min: 1, max: 65_535 }), (message, id) => {
        const publish = packetOf(packets.publishOnce, [['hexfix/1/ab/report'], id, latin1(message)])
        expect(read(publish)).toMatchObject([
          {
            cmd: 'publish',
            qos: 1,
            retain: false,
            messageId: id,
            topic: 'hexfix/1/ab/report',
            payload: Buffer.from(message),
          },
        ])
      }),
    )
    expect(read(packetOf(packets.pingreq, []))).toMatchObject([{ cmd: 'pingreq' }])
  })

  test('come through whole, however TCP cuts them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 600 }),
        (payloads, size) => {
          const { found } = taken(Buffer.concat(payloads.map(publishOf)), size)
          expect(found).toEqual(payloads.map((payload) => ({ first: 0x30, body: `\0\x03a/b${latin1(payload)}` })))
        },
      ),
    )
  })

  test('that are over the maximum are left out and not kept, and the next one comes through', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2_049, max: 20_000 }), fc.integer({ min: 1, max: 600 }), (length, size) => {
        const stream = Buffer.concat([publishOf(Buffer.alloc(length)), publishOf(Buffer.from('next'))])
        const { found, kept } = taken(stream, size)
        expect(found.map(({ body }) => body)).toEqual(['\0\x03a/bnext'])
        expect(kept).toBeLessThan(2_048 + 5 + size)
      }),
    )
  })

  test('of any bytes at all end, and what is kept has a bound', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), fc.integer({ min: 1, max: 600 }), (noise, size) => {
        expect(taken(noise, size).kept).toBeLessThan(2_048 + 5 + size)
      }),
    )
    expect(taken(Buffer.from('30ffffffff01', 'hex'), 10).broken).toBe(true)
  })
})
