import { describe, expect, it } from 'vitest'
import { encode } from '../../../device-sdk/protocol/index.ts'
import { forged, signBytes, signReport, someTimeS, testKey, weather } from '../keys.ts'
import { openTestIngest } from './parts.ts'

const key = testKey('porch')
const honest = signReport(key, { seq: 7 })
const other = signReport(key, { seq: 7, blocks: [weather(9_999)] })
const codes = (parts: ReturnType<typeof openTestIngest>) => parts.store.log.totals()
const entry = (parts: ReturnType<typeof openTestIngest>) => parts.store.log.find(key.kid, '00000001', 7)

describe('a pair', () => {
  it('is stored once: a replay changes nothing and buys no ECDSA', async () => {
    const parts = openTestIngest([key])
    expect(await parts.take(key, honest)).toEqual(['accepted'])
    const before = [entry(parts), parts.store.log.latest(), parts.counted.calls]
    const compact = signReport(key, { seq: 7 }, { compact: true })
    expect(await parts.take(key, honest, compact, forged(honest))).toEqual(new Array(3).fill('report/replay'))
    expect([entry(parts), parts.store.log.latest(), parts.counted.calls]).toEqual(before)
    expect(parts.counted.calls).toBe(1)
    expect(codes(parts)).toEqual({ accepted: 1, 'report/replay': 3 })
    expect(parts.store.log.evidence(9)).toEqual([])
  })

  it('is not disturbed by a forgery under another payload', async () => {
    const parts = openTestIngest([key])
    await parts.take(key, honest)
    expect(await parts.take(key, forged(other))).toEqual(['sign1/bad-signature'])
    expect(entry(parts)).toMatchObject({ code: 'accepted', equivocated: false })
    expect(await parts.take(key, honest)).toEqual(['report/replay'])
  })

  it('is not taken by a forgery that comes first', async () => {
    const parts = openTestIngest([key])
    expect(await parts.take(key, forged(honest))).toEqual(['sign1/bad-signature'])
    expect(await parts.take(key, honest)).toEqual(['accepted'])
  })

  it('signed over two payloads is flagged, both are kept, and the first stays what it was', async () => {
    const parts = openTestIngest([key])
    await parts.take(key, honest)
    expect(await parts.take(key, other)).toEqual(['report/equivocation'])
    expect(entry(parts)).toMatchObject({ logIndex: 1, code: 'accepted', equivocated: true })
    expect(parts.store.log.evidence(9)).toMatchObject([{ code: 'report/equivocation' }])
    expect(parts.store.log.head()).toBe(1)
    expect(parts.store.log.latest()).toMatchObject([{ cells: [2240, 551, 1325] }])
    expect(await parts.take(key, honest)).toEqual(['report/replay'])
  })

  it('is flagged too when both payloads come in one batch', async () => {
    const parts = openTestIngest([key])
    expect(await parts.take(key, honest, other, honest)).toEqual(['accepted', 'report/equivocation', 'report/replay'])
    expect(entry(parts)).toMatchObject({ code: 'accepted', equivocated: true })
    expect(parts.store.log.twice()).toBe(0)
  })

  it('is stored once when it comes twice in one batch', async () => {
    const parts = openTestIngest([key])
    expect(await parts.take(key, honest, honest)).toEqual(['accepted', 'report/replay'])
    expect([parts.store.log.head(), parts.counted.calls]).toEqual([1, 1])
  })

  it.each([
    ['a bad shape', signBytes(key, encode([1, 7, someTimeS, [-7, 1]])), 'report/bad-shape'],
    ['an unknown schema', signBytes(key, encode([1, 7, someTimeS, [999, 1]])), 'report/unknown-schema'],
    ['a time ahead', signReport(key, { seq: 7, time: someTimeS + 301 }), 'time/ahead'],
  ])('is taken by a signed report of %s', async (_name, message, code) => {
    const parts = openTestIngest([key])
    expect(await parts.take(key, message)).toEqual([code])
    expect(entry(parts)).toMatchObject({ logIndex: 1, code, equivocated: false })
    expect(await parts.take(key, message)).toEqual(['report/replay'])
    expect(await parts.take(key, honest)).toEqual(['report/equivocation'])
    expect(entry(parts)?.equivocated).toBe(true)
    expect(parts.store.log.latest()).toEqual([])
  })

  it('belongs to one device: another uses the same numbers', async () => {
    const neighbour = testKey('neighbour')
    const parts = openTestIngest([key, neighbour])
    await parts.take(key, honest)
    expect(await parts.take(neighbour, signReport(neighbour, { seq: 7 }))).toEqual(['accepted'])
    expect(await parts.take(neighbour, honest)).toEqual(['sign1/wrong-kid'])
    expect(await parts.take(neighbour, signReport(key, { seq: 8 }, { compact: true }))).toEqual(['sign1/bad-signature'])
  })
})
