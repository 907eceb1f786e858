import { describe, expect, it } from 'vitest'
import { bootKey } from '../../../device-sdk/protocol/index.ts'
import { replayWindow } from '../../../gateway/ingest/index.ts'
import { forged, signReport, testKey, weather } from '../keys.ts'
import { openTestIngest } from './parts.ts'

const kid = '00112233445566aa'
const span = 2 ** 20
const openBoots = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ kid, boot: bootKey(from + i), seqMax: 0 }))
const has = (window: ReturnType<typeof replayWindow>, boot: number, seq = 0): boolean =>
  window.contains(kid, bootKey(boot), seq)

const advance = (window: ReturnType<typeof replayWindow>, boot: string, seq = 0): void => {
  const batch = window.batch()
  batch.advance(kid, boot, seq)
  batch.commit()
}

describe('the replay window', () => {
  it('takes any pair of a device that it does not know', () => {
    expect(has(replayWindow([]), 2 ** 32 - 1, 2 ** 32 - 1)).toBe(true)
    expect(has(replayWindow([{ kid: 'another', boot: bootKey(1), seqMax: 0 }]), 0, 2 ** 32 - 1)).toBe(true)
  })

  it.each([
    [span, 1, true],
    [span, 0, false],
    [span, 2 * span - 1, true],
    [span, 2 * span, false],
  ])('with %d as highest seq of a boot, takes %d: %s', (seqMax, seq, taken) => {
    expect(has(replayWindow([{ kid, boot: bootKey(1), seqMax }]), 1, seq)).toBe(taken)
  })

  it('holds 64 boots; a 65th that is newer closes the lowest, one that is older does not come in', () => {
    const window = replayWindow(openBoots(10, 72))
    expect([has(window, 9), has(window, 73)]).toEqual([true, true])
    advance(window, bootKey(73))
    expect([has(window, 9), has(window, 10), has(window, 11), has(window, 74)]).toEqual([false, true, true, true])
    advance(window, bootKey(74))
    expect([has(window, 10), has(window, 11), has(window, 74)]).toEqual([false, true, true])
  })

  it('is the same after a restart, from what the store knows', () => {
    const live = replayWindow([])
    for (const { boot } of openBoots(1, 70)) advance(live, boot, 5)
    const restarted = replayWindow(openBoots(1, 70).map((one) => ({ ...one, seqMax: 5 })))
    for (let boot = 0; boot < 75; boot++) {
      for (const seq of [0, 5, span + 4, span + 5]) expect(has(restarted, boot, seq)).toBe(has(live, boot, seq))
    }
  })
})

describe('the window of the ingest', () => {
  const key = testKey('porch')

  it('refuses what is out of range without ECDSA, keeps it as evidence, and takes the rest in any order', async () => {
    const parts = openTestIngest([key])
    expect(await parts.take(key, signReport(key, { seq: span }))).toEqual(['accepted'])
    const { calls } = parts.counted
    expect(await parts.take(key, signReport(key, { seq: 0 }))).toEqual(['report/out-of-range'])
    expect(await parts.take(key, signReport(key, { seq: 2 * span }))).toEqual(['report/out-of-range'])
    expect(parts.counted.calls).toBe(calls)
    expect(parts.store.log.evidence(9)).toHaveLength(2)
    expect(await parts.take(key, signReport(key, { seq: 1 }))).toEqual(['accepted'])
    expect(await parts.take(key, signReport(key, { seq: 2 * span - 1 }))).toEqual(['accepted'])
    expect(await parts.take(key, signReport(key, { seq: span - 1 }))).toEqual(['report/out-of-range'])
  })

  it('forgets no pair that is taken: out of its range, a replay is one, and so is an equivocation', async () => {
    const parts = openTestIngest([key])
    const old = signReport(key, { seq: 0 })
    await parts.take(key, old)
    await parts.take(key, signReport(key, { seq: span - 1 }))
    await parts.take(key, signReport(key, { seq: 2 * span - 2 }))
    expect(await parts.take(key, signReport(key, { seq: 1 }))).toEqual(['report/out-of-range'])
    expect(await parts.take(key, old)).toEqual(['report/replay'])
    const other = signReport(key, { seq: 0, blocks: [weather(1)] })
    expect(await parts.take(key, other)).toEqual(['report/equivocation'])
    expect(parts.store.log.find(key.kid, '00000001', 0)?.equivocated).toBe(true)
  })

  it('is not moved by a forgery', async () => {
    const parts = openTestIngest([key])
    await parts.take(key, signReport(key, { seq: 0 }))
    expect(await parts.take(key, forged(signReport(key, { seq: span - 1 })))).toEqual(['sign1/bad-signature'])
    expect(await parts.take(key, signReport(key, { seq: span }))).toEqual(['report/out-of-range'])
    expect(parts.store.log.boots()).toEqual([{ kid: key.kid, boot: '00000001', seqMax: 0 }])
  })

  it('gives the same verdicts to a batch as to its reports one by one', async () => {
    const wide = [signReport(key, { seq: 0 }), signReport(key, { seq: span }), signReport(key, { seq: 1 })]
    const codes = ['accepted', 'report/out-of-range', 'accepted']
    const together = openTestIngest([key])
    expect(await together.take(key, ...wide)).toEqual(codes)
    const apart = openTestIngest([key])
    const one: string[] = []
    for (const message of wide) one.push(...(await apart.take(key, message)))
    expect(one).toEqual(codes)
  })
})
