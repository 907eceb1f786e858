import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { writeDurably } from '../../device-sdk/link/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'

/** A row that is done: its device is made and registered. What a label needs stands here, for folders that went away on a card. */
export type Entry = {
  readonly name: string
  readonly kid: string
  readonly publicKey: string
  readonly net: number
  readonly gateway: string
}
export type Journal = {
  readonly entries: ReadonlyMap<string, Entry>
  /** Durable when it returns. */
  add(entry: Entry): void
  close(): void
}

const fileName = 'batch.jsonl'

const isEntry = (value: unknown): value is Entry => {
  const { name, kid, publicKey, net, gateway } = (value ?? {}) as Record<string, unknown>
  return [name, kid, publicKey, gateway].every((one) => typeof one === 'string') && typeof net === 'number'
}

const linesOf = (text: string): Entry[] | null => {
  try {
    const entries = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown)
    return entries.every(isEntry) ? entries : null
  } catch {
    return null
  }
}

/** The whole lines of a journal: a last one without its newline was cut off by a crash, and its row is simply done again. */
const wholeLines = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1)

export const readJournal = (dir: string): Result<Entry[]> => {
  try {
    const entries = linesOf(wholeLines(readFileSync(join(dir, fileName))).toString('utf8'))
    return entries === null ? fail('batch/unreadable', `${join(dir, fileName)} was changed`) : ok(entries)
  } catch {
    return fail('batch/unreadable', `there is no ${join(dir, fileName)}`)
  }
}

/** Opens the journal of a folder for one writer, or makes it. */
export const openJournal = (dir: string): Result<Journal> => {
  const path = join(dir, fileName)
  try {
    readFileSync(path)
  } catch {
    writeDurably(path, '')
  }
  const read = readJournal(dir)
  if (!read.ok) return read
  const entries = new Map(read.value.map((entry) => [entry.name, entry]))
  const file = openSync(path, 'r+')
  let at = wholeLines(readFileSync(path)).length
  ftruncateSync(file, at)
  return ok({
    entries,
    add: (entry) => {
      at += writeSync(file, `${JSON.stringify(entry)}\n`, at)
      fsyncSync(file)
      entries.set(entry.name, entry)
    },
    close: () => closeSync(file),
  })
}
