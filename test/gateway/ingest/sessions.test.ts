import { describe, expect, it } from 'vitest'
import { openBootsMax, toHex } from '../../../device-sdk/protocol/index.ts'
import { replayWindow } from '../../../gateway/ingest/index.ts'
import { signReport, someTimeS, testKey, weather } from '../keys.ts'
import { openTestIngest } from './parts.ts'

const key = testKey('porch')
const neighbour = testKey('neighbour')
const nowMs = someTimeS * 1000

const open = () => {
  const parts = openTestIngest([key, neighbour])
  let nonce = 0
  const issue = (kid = key.kid, atMs = nowMs): Uint8Array =>
    parts.store.sessions.issue(kid, Buffer.from(String(nonce++).padStart(8)), atMs)
  return { ...parts, issue }
}

describe('reports of a session', () => {
  it('are taken like those of a boot that was counted: once, and never two of one pair', async () => {
    const { take, issue, store } = open()
    const boot = issue()
    const first = signReport(key, { boot, seq: 0 })
    expect(await take(key, first, signReport(key, { boot, seq: 1 }))).toEqual(['accepted', 'accepted'])
    expect(await take(key, first)).toEqual(['report/replay'])
    expect(await take(key, signReport(key, { boot, seq: 1, blocks: [weather(1)] }))).toEqual(['report/equivocation'])
    expect(await take(key, signReport(key, { boot, seq: 2 ** 20 + 5 }))).toEqual(['report/out-of-range'])
    expect(store.log.bootMax(key.kid)).toBeNull()
  })

  it('go on long after the time of the first use, where there was one', async () => {
    const { take, issue } = open()
    const used = issue(key.kid, nowMs)
    expect(await take(key, signReport(key, { boot: used, seq: 0 }))).toEqual(['accepted'])
    // Issued so long ago that its time is over at `nowMs`.
    const late = issue(key.kid, nowMs - 600_001)
    const intime = issue(key.kid, nowMs - 600_000)
    expect(
      await take(
        key,
        signReport(key, { boot: late, seq: 0 }),
        signReport(key, { boot: intime, seq: 0 }),
        signReport(key, { boot: used, seq: 1 }),
      ),
    ).toEqual(['session/unknown', 'accepted', 'accepted'])
    // A later issue sweeps what was never used, and leaves what was.
    issue(neighbour.kid, nowMs + 86_400_000)
    expect(await take(key, signReport(key, { boot: used, seq: 2 }))).toEqual(['accepted'])
  })

  it('belong to one device', async () => {
    const { take, issue } = open()
    const boot = issue(neighbour.kid)
    expect(await take(key, signReport(key, { boot, seq: 0 }))).toEqual(['session/unknown'])
    expect(await take(neighbour, signReport(neighbour, { boot, seq: 0 }))).toEqual(['accepted'])
    expect(await take(key, signReport(key, { boot, seq: 0 }))).toEqual(['session/unknown'])
  })

  it('are open for the newest 64, whatever their bytes are; the oldest closes for good', async () => {
    const { take, issue } = open()
    const opened: Uint8Array[] = []
    for (let i = 0; i <= openBootsMax; i++) {
      const boot = issue(key.kid, nowMs + i)
      opened.push(boot)
      expect(await take(key, signReport(key, { boot, seq: 0 }))).toEqual(['accepted'])
    }
    const seen = await take(key, ...opened.map((boot) => signReport(key, { boot, seq: 1 })))
    expect(seen).toEqual(['report/out-of-range', ...Array.from({ length: openBootsMax }, () => 'accepted')])
    // Counters are not touched by it.
    expect(await take(key, signReport(key, { boot: 1, seq: 0 }))).toEqual(['accepted'])
  })

  it('are open for the same sessions after a restart', async () => {
    const { take, issue, store } = open()
    const opened: string[] = []
    for (let i = 0; i <= openBootsMax; i++) {
      const boot = issue(key.kid, nowMs + i)
      opened.push(toHex(boot))
      await take(key, signReport(key, { boot, seq: 0 }))
    }
    const window = replayWindow(store.log.boots())
    expect(opened.map((boot) => window.contains(key.kid, boot, 1))).toEqual([
      false,
      ...Array.from({ length: openBootsMax }, () => true),
    ])
  })
})
