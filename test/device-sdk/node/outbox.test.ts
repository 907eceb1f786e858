import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Waiting } from '../../../device-sdk/link/index.ts'
import { readOutbox } from '../../../device-sdk/link/index.ts'
import type { Outbox } from '../../../device-sdk/node/outbox.ts'
import { openOutbox, settledBy } from '../../../device-sdk/node/outbox.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hexfix-outbox-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const report = (seq: number, bytes = 100): Waiting => {
  return { boot: 3, seq, digest: new Uint8Array(8).fill(seq), message: new Uint8Array(bytes).fill(seq) }
}
const file = (): string => join(folder, 'outbox')
const open = (bytesMax = 1_000_000): Outbox => {
  const outbox = openOutbox({ path: file(), bytesMax, commitDelayMs: 0 })
  if (!outbox.ok) throw new Error(outbox.error.code)
  return outbox.value
}
const seqs = (outbox: Outbox): number[] => outbox.waiting().map(({ seq }) => seq)

describe('the outbox', () => {
  it('gives back what waits after it was opened again, oldest first, and knows the highest boot', () => {
    const before = open()
    for (const seq of [0, 1, 2]) before.put(report(seq))
    before.done(report(1))
    // Not closed: the process was killed.
    const after = open()
    expect(after.waiting()).toEqual([report(0), report(2)])
    expect(after.last).toMatchObject({ boot: 3, seq: 2 })
    expect(open().last).toMatchObject({ boot: 3, seq: 2 })
  })

  it('loses at most the record that was being written, wherever the file is torn', () => {
    const whole = open()
    for (const seq of [0, 1, 2]) whole.put(report(seq))
    const bytes = readFileSync(file())
    const record = bytes.length / 3
    for (let length = 0; length <= bytes.length; length++) {
      writeFileSync(file(), bytes.subarray(0, length))
      expect(seqs(open())).toEqual([0, 1, 2].slice(0, Math.floor(length / record)))
    }
  })

  it('goes on after a torn record, and never reads what was torn', () => {
    const first = open()
    first.put(report(0))
    appendFileSync(file(), new Uint8Array([0, 0, 0, 90, 1, 2, 3]))
    const second = open()
    second.put(report(1))
    expect(seqs(open())).toEqual([0, 1])
  })

  it('drops a record whose bytes were changed, and what follows it', () => {
    const first = open()
    for (const seq of [0, 1, 2]) first.put(report(seq))
    const bytes = readFileSync(file())
    const third = Math.floor(bytes.length / 3)
    bytes[third + 20] = (bytes[third + 20] as number) ^ 1
    writeFileSync(file(), bytes)
    expect(seqs(open())).toEqual([0])
  })

  it('drops the oldest only when full, and counts them', () => {
    const outbox = open(350)
    for (const seq of [0, 1, 2]) outbox.put(report(seq))
    expect([seqs(outbox), outbox.dropped()]).toEqual([[0, 1, 2], 0])
    outbox.put(report(3))
    expect([seqs(outbox), outbox.dropped()]).toEqual([[1, 2, 3], 1])
    expect(seqs(open(350))).toEqual([1, 2, 3])
  })

  it('stays small however much goes through it', () => {
    const outbox = open()
    for (let seq = 0; seq < 200; seq++) {
      outbox.put(report(seq, 1_000))
      outbox.done(report(seq))
    }
    outbox.put(report(200))
    expect(statSync(file()).size).toBeLessThan(70_000)
    expect(seqs(open())).toEqual([200])
    outbox.close()
  })

  it('puts a report in the place of another: wherever the file is torn, one of the two is there, and in the end the new one', () => {
    const before = open()
    before.put(report(0))
    const from = statSync(file()).size
    before.replace(report(0), report(7))
    expect(seqs(before)).toEqual([7])
    const bytes = readFileSync(file())
    for (let length = from; length < bytes.length; length++) {
      writeFileSync(file(), bytes.subarray(0, length))
      expect([[0], [0, 7]]).toContainEqual(seqs(open()))
    }
    writeFileSync(file(), bytes)
    expect(seqs(open())).toEqual([7])
    const again = open()
    again.replace(report(0), report(8))
    expect(seqs(again)).toEqual([7])
  })

  it('keeps how far it went, and no report, when it is closed with nothing waiting', () => {
    const outbox = open()
    outbox.put(report(4))
    outbox.done(report(4))
    outbox.close()
    expect(statSync(file()).size).toBeLessThan(20)
    const again = open()
    expect([again.last, again.waiting()]).toEqual([{ boot: 3, seq: 4 }, []])
  })

  it('keeps how many it dropped', () => {
    const outbox = open(250)
    for (const seq of [0, 1, 2, 3]) outbox.put(report(seq))
    outbox.close()
    expect(readOutbox(file())).toMatchObject({ value: { dropped: 2, last: { boot: 3, seq: 3 } } })
    const again = open(250)
    again.put(report(4))
    expect(again.dropped()).toBe(1)
    for (const seq of [3, 4]) again.done(report(seq))
    again.close()
    expect(readOutbox(file())).toMatchObject({ value: { dropped: 3, last: { boot: 3, seq: 4 } } })
  })

  it('in a folder that is none is device/unwritable', () => {
    writeFileSync(join(folder, 'plain'), '')
    const outbox = openOutbox({ path: join(folder, 'plain', 'outbox'), bytesMax: 1_000, commitDelayMs: 0 })
    expect(outbox.ok ? '' : outbox.error.code).toBe('device/unwritable')
  })
})

describe('the outbox with a commit delay', () => {
  const openSlow = (commitDelayMs: number): Outbox => {
    const outbox = openOutbox({ path: file(), bytesMax: 1_000_000, commitDelayMs })
    if (!outbox.ok) throw new Error(outbox.error.code)
    return outbox.value
  }

  it('offers a report only when it is on the disk, all of a group at once', async () => {
    const outbox = openSlow(20)
    const durable: number[] = []
    const last = new Promise<void>((resolve) => {
      for (const seq of [0, 1]) outbox.put(report(seq), () => durable.push(seq))
      outbox.put(report(2), resolve)
    })
    expect([seqs(outbox), outbox.pending(), durable]).toEqual([[], 3, []])
    expect(statSync(file()).size).toBe(0)
    await last
    expect([seqs(outbox), outbox.pending(), durable]).toEqual([[0, 1, 2], 0, [0, 1]])
    expect(seqs(open())).toEqual([0, 1, 2])
  })

  it('writes at once what it is told to, and what it holds when it is closed', () => {
    const outbox = openSlow(60_000)
    outbox.put(report(0))
    outbox.flush()
    expect(seqs(open())).toEqual([0])
    outbox.put(report(1))
    outbox.close()
    expect(seqs(open())).toEqual([0, 1])
  })
})

describe('a receipt', () => {
  const waiting = [report(0), report(1)]
  const entry = { boot: 3, seq: 1, digest: report(1).digest, verdict: 0, logIndex: 9 }

  it('settles the report of its boot, seq and digest, and no other', () => {
    expect(settledBy(waiting, entry)).toBe(waiting[1])
    expect(settledBy(waiting, { ...entry, boot: 4 })).toBeUndefined()
    expect(settledBy(waiting, { ...entry, boot: new Uint8Array(8) })).toBeUndefined()
    expect(settledBy(waiting, { ...entry, seq: 2 })).toBeUndefined()
    expect(settledBy(waiting, { ...entry, digest: report(0).digest })).toBeUndefined()
  })
})
