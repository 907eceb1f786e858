import { describe, expect, it } from 'vitest'
import { mtypes, readReceipt, readSign1, receiptEntriesMax, verifySign1 } from '../../../device-sdk/protocol/index.ts'
import { nobleVerify, sha256 } from '../../../device-sdk/signer/index.ts'
import { receiptsFor } from '../../../gateway/ingest/index.ts'
import type { Store } from '../../../gateway/store/index.ts'
import { readStore } from '../../../gateway/store/index.ts'
import { breakTable, must } from '../harness.ts'
import { forged, net, signReport, someTimeS, testKey } from '../keys.ts'
import { openTestIngest } from './parts.ts'

const key = testKey('porch')
const reports = (count: number) => Array.from({ length: count }, (_, seq) => signReport(key, { seq }))

const observing =
  (seen: (size: number, phase: 'before' | 'after') => void) =>
  (store: Store): Store => ({
    ...store,
    log: {
      ...store.log,
      append: (batch) => {
        const size = batch.entries.length + batch.evidence.length + batch.replays.length
        seen(size, 'before')
        const indexes = store.log.append(batch)
        seen(size, 'after')
        return indexes
      },
    },
  })

describe('taking a report', () => {
  it('resolves only when it is on disk with its verdict, and after the gateway was told', async () => {
    const steps: string[] = []
    const parts = openTestIngest(
      [key],
      observing((_size, phase) => steps.push(phase)),
    )
    const [good, bad] = [signReport(key, { seq: 0 }), forged(signReport(key, { seq: 1 }))]
    const taking = [good, bad].map(async (message) => {
      await parts.takeOne({ kid: key.kid, message, receivedMs: someTimeS * 1000 })
      // Another connection to the same file sees what was committed, and nothing else.
      const reader = must(readStore(parts.folder))
      steps.push(...parts.events, JSON.stringify(reader.log.totals()))
      reader.close()
    })
    expect(steps).toEqual([])
    await Promise.all(taking)
    const onDisk = JSON.stringify({ accepted: 1, 'sign1/bad-signature': 1 })
    expect(steps).toEqual(['before', 'after', 'told', onDisk, 'told', onDisk])
  })

  it('commits what comes together in batches of at most 256, in order', async () => {
    const sizes: number[] = []
    const parts = openTestIngest(
      [key],
      observing((size, phase) => phase === 'after' && sizes.push(size)),
    )
    await parts.take(key, ...reports(300))
    expect(sizes).toEqual([256, 44])
    expect(parts.committed.map(({ logIndex }) => logIndex)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1))
    expect(parts.store.log.range(0, 300, 300).map(({ seq }) => seq)).toEqual(Array.from({ length: 300 }, (_, i) => i))
  })

  it('rejects all of a batch that cannot be written, tells nobody, and works when the disk does again', async () => {
    const parts = openTestIngest([key])
    const messages = reports(3)
    const take = () => messages.map((message) => parts.takeOne({ kid: key.kid, message, receivedMs: 1 }))
    const { mend } = breakTable(parts.folder, 'counts')
    const refused = await Promise.allSettled(take())
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect([parts.committed, parts.store.log.head(), parts.store.log.boots()]).toEqual([[], 0, []])
    expect(parts.failures).toEqual([{ message: expect.stringContaining('the disk is gone'), messages: 3 }])
    mend()
    await Promise.all(take())
    expect(parts.store.log.head()).toBe(3)
    expect(parts.committed.map(({ logIndex }) => logIndex)).toEqual([1, 2, 3])
  })

  it('leaves the window as it was when a batch fails', async () => {
    const parts = openTestIngest([key])
    const { mend } = breakTable(parts.folder, 'reports')
    await expect(parts.take(key, signReport(key, { seq: 2 ** 31 }))).rejects.toThrow('the disk is gone')
    mend()
    expect(await parts.take(key, signReport(key, { seq: 0 }))).toEqual(['accepted'])
  })

  it('is finished by a flush, after which nothing more is written', async () => {
    const sizes: number[] = []
    const parts = openTestIngest(
      [key],
      observing((size, phase) => phase === 'after' && sizes.push(size)),
    )
    const taking = parts.take(key, ...reports(2))
    parts.ingest.flush()
    expect(parts.store.log.head()).toBe(2)
    expect(await taking).toEqual(['accepted', 'accepted'])
    parts.store.close()
    await new Promise((resolve) => setImmediate(resolve))
    expect([sizes, parts.failures]).toEqual([[2], []])
  })
})

describe('receipts', () => {
  const gateway = testKey('gateway')
  const identity = { net, kid: gateway.kidBytes, sha256, sign: gateway.signer.sign }
  const read = (message: Uint8Array) => {
    const binding = { mtype: mtypes.receipt, net, kid: gateway.kidBytes, to: key.kidBytes }
    const frame = must(readSign1(message))
    return must(readReceipt(must(verifySign1(frame, binding, gateway.signer.publicKey, sha256, nobleVerify))))
  }

  it('hold 20 entries each, in order, for devices that are connected', async () => {
    const neighbour = testKey('neighbour')
    const parts = openTestIngest([key, neighbour])
    await Promise.all([
      parts.take(key, ...reports(receiptEntriesMax + 1)),
      parts.take(neighbour, signReport(neighbour, { seq: 0 })),
    ])
    const receipts = receiptsFor(parts.committed, parts.store, identity, (kid) => kid === key.kid)
    expect(receipts.map(({ kid }) => kid)).toEqual([key.kid, key.kid])
    const entries = receipts.map(({ message }) => read(message))
    expect(entries.map(({ length }) => length)).toEqual([receiptEntriesMax, 1])
    expect(entries.flat().map(({ seq }) => seq)).toEqual(Array.from({ length: 21 }, (_, i) => i))
    expect(new Set(entries.flat().map(({ verdict }) => verdict))).toEqual(new Set([0]))
  })

  it('are the first one again for a replay, and none where boot and seq cannot be read', async () => {
    const parts = openTestIngest([key])
    const report = signReport(key, { seq: 7, time: someTimeS + 301 })
    await parts.take(key, report, report, new Uint8Array([1, 2, 3]))
    const [receipt] = receiptsFor(parts.committed, parts.store, identity, () => true)
    const entries = read(receipt?.message ?? new Uint8Array(0))
    expect(entries).toHaveLength(2)
    expect(entries[0]).toMatchObject({ boot: 1, seq: 7, verdict: 12, logIndex: 1 })
    expect(entries[1]).toEqual(entries[0])
  })
})
