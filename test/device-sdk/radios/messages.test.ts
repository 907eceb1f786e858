import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ToAir, ToRadio } from '../../../device-sdk/radios/ether/messages.ts'
import { datagramBytesMax, readToAir, readToRadio, writeMessage } from '../../../device-sdk/radios/ether/messages.ts'

const session = '0123456789abcdef'
const frame = (length: number): Uint8Array => new Uint8Array(length).fill(0xa5)
const station = { place: { lat: 47.6, lng: -122.3 }, gainDbi: 2.5 }
const signal = { freqKhz: 868_100, dr: 5, txDdbm: 140 }
const heard = {
  frame: frame(255),
  atMs: 1_790_000_000_000,
  rssiDdbm: -1_041,
  snrDdb: -12,
  freqKhz: 868_100,
  dr: 5,
  tmst: 7,
}

const toAir: ToAir[] = [
  { type: 'join', session, station },
  { type: 'leave', session },
  { type: 'transmit', session, n: 3, transmission: { frame: frame(255), ...signal } },
]
const toRadio: ToRadio[] = [
  { type: 'joined', session },
  { type: 'unknown', session },
  { type: 'sent', session, n: 3, atMs: 1_790_000_000_000 },
  { type: 'heard', session, heard },
]
const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))
const join = { v: 1, type: 'join', session, lat: 47.6, lng: -122.3, gainDbi: 2 }
const transmit = { v: 1, type: 'transmit', session, n: 0, frame: 'a5', ...signal }
const heardFields = { v: 1, type: 'heard', session, ...heard, frame: 'a5' }

describe('messages of the air', () => {
  it.each(toAir.map((message) => [message.type, message] as const))('carry %s to the air', (_, message) => {
    expect(readToAir(writeMessage(message))).toEqual(message)
    expect(readToRadio(writeMessage(message))).toBeNull()
  })

  it.each(toRadio.map((message) => [message.type, message] as const))('carry %s to a radio', (_, message) => {
    expect(readToRadio(writeMessage(message))).toEqual(message)
    expect(readToAir(writeMessage(message))).toBeNull()
  })

  it('fit a datagram with the longest frame', () => {
    for (const message of [...toAir, ...toRadio]) expect(writeMessage(message).length).toBeLessThan(datagramBytesMax)
  })

  it.each([
    [{ ...join, v: 2 }],
    [{ ...join, session: 'short' }],
    [{ ...join, session: 7 }],
    [{ ...join, lat: 90.1 }],
    [{ ...join, lat: null }],
    [{ ...join, lng: '1' }],
    [{ ...join, gainDbi: 1e9 }],
    [{ ...join, type: 'enter' }],
    [{ ...join, pad: 'x'.repeat(datagramBytesMax) }],
    [{ ...transmit, frame: '' }],
    [{ ...transmit, frame: 'a5'.repeat(256) }],
    [{ ...transmit, frame: 'a' }],
    [{ ...transmit, frame: [165] }],
    [{ ...transmit, n: -1 }],
    [{ ...transmit, n: 0.5 }],
    [{ ...transmit, freqKhz: 868_100.5 }],
    [{ ...transmit, dr: 16 }],
    [{ ...transmit, txDdbm: 401 }],
    [[join]],
    [null],
    [1],
  ])('are refused by the air: %j', (fields) => {
    expect(readToAir(bytes(join))).not.toBeNull()
    expect(readToAir(bytes(transmit))).not.toBeNull()
    expect(readToAir(bytes(fields))).toBeNull()
  })

  it.each([
    [{ ...heardFields, rssiDdbm: 501 }],
    [{ ...heardFields, rssiDdbm: -1_041.5 }],
    [{ ...heardFields, snrDdb: '5' }],
    [{ ...heardFields, atMs: -1 }],
    [{ ...heardFields, tmst: 2 ** 32 }],
    [{ ...heardFields, frame: 'zz' }],
    [{ v: 1, type: 'sent', session, n: 1 }],
    [{ v: 1, type: 'sent', session, atMs: 1 }],
  ])('are refused by a radio: %j', (fields) => {
    expect(readToRadio(bytes(heardFields))).not.toBeNull()
    expect(readToRadio(bytes(fields))).toBeNull()
  })

  it('are read without a throw from whatever bytes come', () => {
    const text = fc.oneof(fc.json(), fc.string()).map((value) => Buffer.from(value))
    const mutated = fc
      .tuple(fc.constantFrom(...toAir, ...toRadio), fc.nat(), fc.integer({ min: 0, max: 255 }))
      .map(([message, at, byte]) => {
        const datagram = writeMessage(message)
        datagram[at % datagram.length] = byte
        return datagram
      })
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 2_000 }), text, mutated), (datagram) => {
        readToAir(datagram)
        readToRadio(datagram)
      }),
      { numRuns: 2_000 },
    )
  })
})
