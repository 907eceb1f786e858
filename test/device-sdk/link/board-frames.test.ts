import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boardFrame, boardFrameReader } from '../../../device-sdk/link/index.ts'
import { frameBytesMax } from '../../../device-sdk/protocol/index.ts'

type Taken = { type: number; body: string }
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const reading = () => {
  const taken: Taken[] = []
  const read = boardFrameReader((type, body) => taken.push({ type, body: hex(body) }))
  return { taken, read }
}
const frames = fc.array(
  fc.record({ type: fc.integer({ min: 0, max: 255 }), body: fc.uint8Array({ maxLength: 400 }) }),
  {
    minLength: 1,
    maxLength: 5,
  },
)
const inPieces = (bytes: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size))

describe('frames of a small board', () => {
  test('the bytes are SLIP around type, body and the CRC-32 of both', () => {
    // CRC-32 of "123456789" is cbf43926 (ITU-T V.42; the check value of every catalogue).
    expect(hex(boardFrame(0x31, Buffer.from('23456789')))).toBe('c0313233343536373839cbf43926c0')
    expect(hex(boardFrame(0xc0, Uint8Array.of(0xdb))).slice(0, 10)).toBe('c0dbdcdbdd')
  })

  test('come through whole, however the line cuts them', () => {
    fc.assert(
      fc.property(frames, fc.integer({ min: 1, max: 25 }), (sent, size) => {
        const { taken, read } = reading()
        const line = Buffer.concat(sent.map(({ type, body }) => boardFrame(type, body)))
        for (const piece of inPieces(line, size)) read(piece)
        expect(taken).toEqual(sent.map(({ type, body }) => ({ type, body: hex(body) })))
      }),
    )
  })

  test('one changed or lost byte costs that frame at most, never makes another, and the next comes through', () => {
    const body = randomBytes(60)
    const good = boardFrame(0x11, body)
    for (let at = 0; at < good.length; at++) {
      for (const bad of [Buffer.concat([good.subarray(0, at), good.subarray(at + 1)]), Buffer.from(good)]) {
        if (bad.length === good.length) bad[at] = (bad[at] as number) ^ 0x41
        const { taken, read } = reading()
        read(bad)
        read(good)
        const right = { type: 0x11, body: hex(body) }
        expect(taken.length).toBeGreaterThan(0)
        for (const one of taken) expect(one).toEqual(right)
      }
    }
  })

  test('noise before, between and after is no frame', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (before, between) => {
        const { taken, read } = reading()
        read(before)
        read(boardFrame(1, Uint8Array.of(1)))
        read(between)
        read(boardFrame(2, Uint8Array.of(2)))
        expect(taken).toEqual([
          { type: 1, body: '01' },
          { type: 2, body: '02' },
        ])
      }),
    )
  })

  test('a frame has its maximum; more is dropped, and an endless one takes no memory', () => {
    const { taken, read } = reading()
    read(boardFrame(7, new Uint8Array(frameBytesMax - 5).fill(0xc0)))
    read(boardFrame(8, new Uint8Array(frameBytesMax - 4)))
    for (let i = 0; i < 100; i++) read(new Uint8Array(1000).fill(0x41))
    read(boardFrame(9, Uint8Array.of(9)))
    expect(taken.map(({ type }) => type)).toEqual([7, 9])
  })
})
