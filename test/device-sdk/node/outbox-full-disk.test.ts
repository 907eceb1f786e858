import fs, { readFileSync, statSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Waiting } from '../../../device-sdk/link/index.ts'
import { readOutbox, writeDurably } from '../../../device-sdk/link/index.ts'
import type { OutboxOptions } from '../../../device-sdk/node/outbox.ts'
import { openOutbox } from '../../../device-sdk/node/outbox.ts'
import type { Failure } from '../../../device-sdk/protocol/index.ts'
import { limitFiles } from '../../full-disk.ts'
import { must, testFolder } from '../../gateway/harness.ts'

const report = (seq: number, bytes = 100): Waiting => {
  return { boot: 3, seq, digest: new Uint8Array(8).fill(seq), message: new Uint8Array(bytes).fill(seq) }
}
const openIn = (folder: string, options: Partial<OutboxOptions> = {}) => {
  const faults: Failure[] = []
  const path = join(folder, 'outbox')
  const onFault = (fault: Failure): void => {
    faults.push(fault)
  }
  const outbox = must(openOutbox({ path, bytesMax: 1_000_000, commitDelayMs: 0, onFault, ...options }))
  return { path, outbox, faults, codes: () => faults.map(({ code }) => code) }
}
const onFile = (path: string): number[] => [...must(readOutbox(path)).held.values()].map(({ seq }) => seq)

describe('the outbox on a full disk', () => {
  it('holds what it was given in memory, says so once, sends none of it, and goes on when there is room', async () => {
    const { path, outbox, codes } = openIn(testFolder())
    outbox.put(report(0))
    const size = statSync(path).size
    // Half of the next record fits: a torn write.
    limitFiles(size + 60)
    const durable = new Promise<void>((resolve) => {
      outbox.put(report(1), resolve)
    })
    outbox.put(report(2))
    expect([outbox.waiting().map(({ seq }) => seq), outbox.pending()]).toEqual([[0], 2])
    expect([codes(), onFile(path)]).toEqual([['outbox/unwritable'], [0]])
    limitFiles()
    await durable
    expect([outbox.pending(), outbox.dropped(), codes()]).toEqual([0, 0, ['outbox/unwritable']])
    expect([onFile(path), statSync(path).size]).toEqual([[0, 1, 2], 3 * size])
  })

  it('stays bounded: past its size the oldest are dropped, counted and told', async () => {
    const { path, outbox, codes } = openIn(testFolder(), { bytesMax: 350 })
    outbox.put(report(0))
    limitFiles(statSync(path).size)
    for (const seq of [1, 2, 3, 4]) outbox.put(report(seq))
    expect([outbox.pending(), outbox.dropped(), codes()]).toEqual([3, 2, ['outbox/unwritable', 'outbox/full']])
    limitFiles()
    outbox.flush()
    expect(onFile(path)).toEqual([2, 3, 4])
    expect(must(readOutbox(path))).toMatchObject({ dropped: 2, last: { boot: 3, seq: 4 } })
  })

  it('says what is lost when the device ends before there is room', () => {
    const { outbox, faults } = openIn(testFolder())
    limitFiles(10)
    outbox.put(report(0))
    outbox.close()
    expect(faults).toMatchObject([{ code: 'outbox/unwritable' }, { code: 'outbox/lost' }])
    expect(faults[1]?.detail).toMatch(/^1 reports: /)
  })
})

/** The calls by which a folder's names are made durable fail, as on a disk that breaks: no file system does that at will. */
const breakFolders = (): (() => void) => {
  const { fsyncSync } = fs
  fs.fsyncSync = (file) => {
    if (fs.fstatSync(file).isDirectory()) throw new Error('EIO')
    fsyncSync(file)
  }
  const mend = (): void => {
    fs.fsyncSync = fsyncSync
    syncBuiltinESMExports()
  }
  syncBuiltinESMExports()
  onTestFinished(mend)
  return mend
}

describe('the outbox on a disk that does not keep the name of its file', () => {
  it('calls nothing durable before that, whether the file is new or was just made smaller, and loses nothing', () => {
    const mend = breakFolders()
    const { path, outbox, codes } = openIn(testFolder())
    outbox.put(report(0))
    expect([outbox.waiting(), outbox.pending(), codes()]).toEqual([[], 1, ['outbox/unwritable']])
    mend()
    outbox.flush()
    expect([onFile(path), outbox.pending()]).toEqual([[0], 0])

    const again = breakFolders()
    // Until it is made smaller: its new name is there, and may be gone after a power cut.
    for (let before = 0; before <= statSync(path).size; ) {
      before = statSync(path).size
      outbox.put(report(1, 10_000))
      outbox.done(report(1))
    }
    outbox.put(report(7))
    expect([outbox.waiting().map(({ seq }) => seq), outbox.pending()]).toEqual([[0], 1])
    again()
    outbox.flush()
    expect([onFile(path), outbox.waiting().map(({ seq }) => seq)]).toEqual([
      [0, 7],
      [0, 7],
    ])
  })
})

describe('a file that is written durably', () => {
  it('keeps its old content where the new one does not fit', () => {
    const path = join(testFolder(), 'boot')
    writeDurably(path, 'old')
    limitFiles(100)
    expect(() => writeDurably(path, new Uint8Array(200))).toThrow()
    limitFiles()
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(() => statSync(`${path}.new`)).toThrow()
  })
})
