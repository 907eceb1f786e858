import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { fromHex, mtypes, readEntropy, readSign1, toHex, verifySign1 } from '../../../device-sdk/protocol/index.ts'
import { nobleVerify } from '../../../device-sdk/signer/index.ts'
import { openChain } from '../../../gateway/entropy/chain.ts'
import { openEntropyDesk } from '../../../gateway/entropy/index.ts'
import { sha256 } from '../../device-sdk/protocol/fixtures.ts'
import { atEnd, breakTable, must, openTestStore, testFolder } from '../harness.ts'
import { net, testKey } from '../keys.ts'

const gateway = testKey('gateway')
const stepS = 60

const made = mkdtempSync(join(tmpdir(), 'hexfix-chain-'))
const startMs = 1_800_000_000_000
beforeAll(async () => {
  await openChain(join(made, 'entropy.chain'), () => startMs, new AbortController().signal)
})
afterAll(() => rmSync(made, { recursive: true }))

/** A folder with the one chain that these tests make: each takes a second or two. */
const folderWithChain = (): string => {
  const folder = testFolder()
  copyFileSync(join(made, 'entropy.chain'), join(folder, 'entropy.chain'))
  return folder
}

const openDesk = async (folder = folderWithChain()) => {
  const store = openTestStore(folder)
  const clock = { ms: startMs }
  const published: Uint8Array[] = []
  const failures: string[] = []
  const identity = { net, kid: gateway.kidBytes, sha256, sign: gateway.signer.sign }
  const opened = openEntropyDesk({
    path: join(folder, 'entropy.chain'),
    identity,
    store,
    stepS,
    publish: (message) => published.push(message),
    failed: ({ code }) => failures.push(code),
    now: () => clock.ms,
  })
  const desk = must(opened)
  atEnd(desk.close)
  return { ...desk, folder, store, clock, published, failures }
}
const opened = async (folder?: string) => {
  const desk = await openDesk(folder)
  await vi.waitFor(() => expect(desk.published).toHaveLength(1), { timeout: 20_000, interval: 5 })
  return desk
}
const read = (message: Uint8Array) => {
  const frame = must(readSign1(message))
  const binding = { mtype: mtypes.entropy, net, kid: gateway.kidBytes }
  return must(readEntropy(must(verifySign1(frame, binding, gateway.signer.publicKey, sha256, nobleVerify))))
}
const hashed = (value: Uint8Array, times: number): Uint8Array => {
  let at = value
  for (let i = 0; i < times; i++) at = sha256(at)
  return at
}
const nth = async (desk: Awaited<ReturnType<typeof openDesk>>, n: number) => {
  await vi.waitFor(() => expect(desk.published.length).toBeGreaterThanOrEqual(n), { timeout: 5_000, interval: 5 })
  return read(desk.published[n - 1] as Uint8Array)
}

describe('the entropy that a gateway publishes', () => {
  it('begins with the tip, signed, and each value hashes to the one before', async () => {
    const desk = await opened()
    const first = await nth(desk, 1)
    expect(first).toEqual({ index: 0, value: fromHex(desk.tip() ?? '') })
    desk.clock.ms += stepS * 1000
    const second = await nth(desk, 2)
    expect(second.index).toBe(1)
    expect(sha256(second.value)).toEqual(first.value)
    desk.clock.ms += 2_000 * stepS * 1000
    const late = await nth(desk, 3)
    expect(late.index).toBe(2_001)
    expect(hashed(late.value, 2_000)).toEqual(second.value)
    expect(desk.newest()).toBe(desk.published[2])
  })

  it('is stored with its time before anybody hears of it, and is not published where that fails', async () => {
    const desk = await opened()
    const [row] = desk.store.entropy.between(0, desk.clock.ms)
    expect(row).toEqual({ index: 0, value: read(desk.published[0] as Uint8Array).value, releasedMs: desk.clock.ms })
    const broken = breakTable(desk.folder, 'entropy')
    desk.clock.ms += stepS * 1000
    await vi.waitFor(() => expect(desk.failures).toContain('entropy/not-published'), { timeout: 5_000 })
    expect(desk.published).toHaveLength(1)
    broken.mend()
    expect((await nth(desk, 2)).index).toBe(1)
  })

  it('goes on with the same chain after a restart, and never back', async () => {
    const before = await opened()
    const tip = before.tip()
    const path = join(before.folder, 'entropy.chain')
    const file = readFileSync(path, 'utf8')
    await before.close()
    before.store.close()
    const after = await openDesk(before.folder)
    await vi.waitFor(() => expect(after.tip()).not.toBeNull())
    expect(after.tip()).toBe(tip)
    expect(readFileSync(path, 'utf8')).toBe(file)
    expect(statSync(path).mode & 0o077).toBe(0)
    after.clock.ms += 5 * stepS * 1000
    const later = await nth(after, 2)
    expect(toHex(hashed(later.value, 5))).toBe(tip)
    after.clock.ms -= 3 * stepS * 1000
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(after.published).toHaveLength(2)
  })

  it.each([
    ['is no chain', () => '{"startS":1,"kept":"AAAA"}\n'],
    ['is cut', (chain: string) => chain.slice(0, -100)],
    [
      'has one wrong letter',
      (chain: string) =>
        chain.replace(/kept":"(.{500})(.)/, (_, kept, letter) => `kept":"${kept}${letter === 'A' ? 'B' : 'A'}`),
    ],
  ])('is refused, and never made anew, where its file %s', async (_what, spoil) => {
    const folder = folderWithChain()
    const path = join(folder, 'entropy.chain')
    const spoilt = spoil(readFileSync(path, 'utf8'))
    expect(spoilt).not.toBe(readFileSync(path, 'utf8'))
    writeFileSync(path, spoilt)
    await expect(openDesk(folder)).rejects.toThrow('entropy/unreadable')
    expect(readFileSync(path, 'utf8')).toBe(spoilt)
  })

  it('leaves no half of a chain behind when the gateway stops while it is made', async () => {
    const desk = await openDesk(testFolder())
    await new Promise((resolve) => setTimeout(resolve, 50))
    await desk.close()
    expect(existsSync(join(desk.folder, 'entropy.chain'))).toBe(false)
    expect(desk.failures).toEqual([])
  })
})
