import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encode } from '../../../device-sdk/protocol/index.ts'
import type { VerifyPool } from '../../../gateway/verifier/index.ts'
import { chooseVerifier, openPool } from '../../../gateway/verifier/index.ts'
import { atEnd, testFolder } from '../harness.ts'
import type { TestKey } from '../keys.ts'
import { forged, net, signBytes, signReport, someTimeS, testKey, weather } from '../keys.ts'
import { openTestIngest } from './parts.ts'

const { verifier } = await chooseVerifier()
const keys = [testKey('porch'), testKey('attic')]
const stranger = testKey('stranger')
const receivedMs = someTimeS * 1000

const openTestPool = async (entry?: URL): Promise<{ pool: VerifyPool; lost: string[] }> => {
  const lost: string[] = []
  const pool = openPool({
    net,
    verifier: verifier.name,
    workers: 2,
    lost: (why) => lost.push(why),
    ...(entry === undefined ? {} : { entry }),
  })
  if (pool === null) throw new Error('no pool')
  atEnd(pool.close)
  await standing(pool)
  return { pool, lost }
}
/** Asking for free places starts the workers; they stand ready a little later. */
const standing = (pool: VerifyPool) => expect.poll(() => pool.free(), { timeout: 20_000 }).toBe(pool.places)

type Kind = 'good' | 'other' | 'forged' | 'malformed' | 'shape' | 'stranger' | 'far' | 'wrong-kid' | 'session' | 'ahead'
type Step = { readonly device: number; readonly seq: number; readonly kind: Kind; readonly compact: boolean }

const messageOf = ({ device, seq, kind, compact }: Step): { readonly kid: string; readonly message: Uint8Array } => {
  const key = keys[device] as TestKey
  const of = (message: Uint8Array, kid = key.kid) => ({ kid, message })
  switch (kind) {
    case 'good':
      return of(signReport(key, { seq }, { compact }))
    case 'other':
      return of(signReport(key, { seq, blocks: [weather(9_000)] }, { compact }))
    case 'forged':
      return of(forged(signReport(key, { seq }, { compact })))
    case 'malformed':
      return of(Buffer.concat([signReport(key, { seq }), Buffer.of(0)]))
    case 'shape':
      return of(signBytes(key, encode([1, seq, someTimeS, [-7, 1]]), { compact }))
    case 'stranger':
      return of(signReport(stranger, { seq }), stranger.kid)
    case 'far':
      return of(signReport(key, { seq: 2 ** 30 + seq }, { compact }))
    case 'wrong-kid':
      return of(signReport(stranger, { seq }))
    case 'session':
      return of(signReport(key, { seq, boot: new Uint8Array(8).fill(seq) }))
    case 'ahead':
      return of(signReport(key, { seq, time: someTimeS + 301 }, { compact }))
  }
}

/** Made once: signing is slow, and what differs between runs is the order. */
const messages = new Map<string, ReturnType<typeof messageOf>>()
const cached = (step: Step) => {
  const key = JSON.stringify(step)
  const message = messages.get(key) ?? messageOf(step)
  messages.set(key, message)
  return message
}

const steps = fc.array(
  fc.record({
    device: fc.nat({ max: 1 }),
    seq: fc.nat({ max: 9 }),
    kind: fc.constantFrom<Kind>(
      'good',
      'good',
      'good',
      'other',
      'forged',
      'malformed',
      'shape',
      'stranger',
      'far',
      'wrong-kid',
      'session',
      'ahead',
    ),
    compact: fc.boolean(),
  }),
  { minLength: 1, maxLength: 60 },
)

/** What is left behind: verdicts in order, log, evidence, latest values and counts. */
const outcome = ({ committed, store }: ReturnType<typeof openTestIngest>) => ({
  verdicts: committed.map(({ incoming, verdict, logIndex }) => [incoming.kid, verdict.code, verdict.kind, logIndex]),
  log: store.log.range(0, 1_000, 1_000),
  evidence: store.log.evidence(1_000),
  latest: store.log.latest(),
  totals: store.log.totals(),
  boots: store.log.boots(),
})

describe('reports whose signatures workers check', () => {
  it('end as they do one by one on one thread, whatever they are and however they come together', {
    timeout: 120_000,
  }, async () => {
    const { pool, lost } = await openTestPool()
    await fc.assert(
      fc.asyncProperty(steps, fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 8 }), async (list, sizes) => {
        const alone = openTestIngest(keys)
        const many = openTestIngest(keys, undefined, undefined, { pool })
        for (const step of list) await alone.takeOne({ ...cached(step), receivedMs })
        const waiting: Promise<void>[] = []
        let size = sizes.length === 0 ? list.length : 0
        for (const [i, step] of list.entries()) {
          waiting.push(many.takeOne({ ...cached(step), receivedMs }))
          if (i < size) continue
          // Some more come while workers are busy with those before.
          await new Promise((resolve) => setImmediate(resolve))
          size = i + (sizes[i % sizes.length] ?? 1)
        }
        await Promise.all(waiting)
        expect(outcome(many)).toEqual(outcome(alone))
      }),
      { numRuns: 40 },
    )
    expect(lost).toEqual([])
  })

  it('buy no ECDSA here, and none there for what is known to be a replay', async () => {
    const { pool } = await openTestPool()
    const handed: number[] = []
    const counting: VerifyPool = {
      ...pool,
      verify: (items, done) => {
        handed.push(items.length)
        pool.verify(items, done)
      },
    }
    const parts = openTestIngest(keys, undefined, undefined, { pool: counting })
    const key = keys[0] as TestKey
    const fresh = Array.from({ length: 20 }, (_, seq) => signReport(key, { seq }))
    await parts.take(key, ...fresh)
    expect([handed.reduce((sum, count) => sum + count, 0), parts.counted.calls]).toEqual([20, 0])
    expect(new Set(await parts.take(key, ...fresh))).toEqual(new Set(['report/replay']))
    expect([handed.reduce((sum, count) => sum + count, 0), parts.counted.calls]).toEqual([20, 0])
  })

  it('few at a time are checked on this thread at once', async () => {
    const { pool } = await openTestPool()
    const parts = openTestIngest(keys, undefined, undefined, { pool })
    const key = keys[0] as TestKey
    expect(await parts.take(key, signReport(key, { seq: 0 }), signReport(key, { seq: 1 }))).toHaveLength(2)
    expect(parts.counted.calls).toBe(2)
  })

  it('are settled by a flush, without waiting for a worker', async () => {
    const { pool } = await openTestPool()
    const parts = openTestIngest(keys, undefined, undefined, { pool })
    const key = keys[0] as TestKey
    const taking = parts.take(key, ...Array.from({ length: 30 }, (_, seq) => signReport(key, { seq })))
    await new Promise((resolve) => setImmediate(resolve))
    expect(pool.free()).toBeLessThan(pool.places)
    parts.ingest.flush()
    expect(parts.store.log.head()).toBe(30)
    expect(await taking).toHaveLength(30)
    // Their answers come late, and change nothing.
    await standing(pool)
    expect(parts.store.log.totals()).toEqual({ accepted: 30 })
  })
})

describe('a worker that dies', () => {
  const dying = new URL('./dying-worker.mjs', import.meta.url)
  const key = keys[0] as TestKey
  const reports = (from: number) => Array.from({ length: 40 }, (_, i) => signReport(key, { seq: from + i }))

  it('takes no report with it, and another takes its place', async () => {
    expect(readFileSync(dying, 'utf8')).toContain('process.exit')
    const { pool, lost } = await openTestPool(dying)
    const parts = openTestIngest(keys, undefined, undefined, { pool })
    expect(new Set(await parts.take(key, ...reports(0)))).toEqual(new Set(['accepted']))
    expect(lost.length).toBeGreaterThan(0)
    expect(parts.counted.calls).toBe(40)
    expect(parts.store.log.range(0, 100, 100).map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, i) => i))
    await standing(pool)
  })

  it('again and again is not replaced for ever: all goes on without', async () => {
    const { pool, lost } = await openTestPool(dying)
    const parts = openTestIngest(keys, undefined, undefined, { pool })
    for (let round = 0; round < 12; round++) {
      await parts.take(key, ...reports(40 * round))
      if (lost.length < 8) await expect.poll(() => pool.free(), { timeout: 20_000 }).toBeGreaterThan(0)
    }
    expect(parts.store.log.totals()).toEqual({ accepted: 480 })
    expect(pool.free()).toBe(0)
    expect(lost.length).toBeLessThanOrEqual(9)
  })
})

it('there are none where there is no file to run, or none are wanted', () => {
  const entry = new URL(`file://${testFolder()}/absent.js`)
  expect(openPool({ net, verifier: verifier.name, workers: 2, entry })).toBeNull()
  expect(openPool({ net, verifier: verifier.name, workers: 0 })).toBeNull()
})
