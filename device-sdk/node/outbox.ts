import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { Counted, Waiting } from '../link/index.ts'
import { isAfter, outboxKey, outboxRecords, replayOutbox, syncFolder, writeDurably } from '../link/index.ts'
import type { Failure, ReceiptEntry, Result } from '../protocol/index.ts'
import { concatBytes, equalBytes, fail, ok } from '../protocol/index.ts'

export type Outbox = {
  /**
   * Takes a report. It waits, and may be sent, once it is durable: then `durable` is called. Drops the oldest reports when the
   * box is full, and counts them. Where the disk is full it is kept in memory and tried again.
   */
  put(report: Waiting, durable?: () => void): void
  done(report: Counted): void
  /** Puts one in the place of another, where that still waits: a power cut may leave both, never neither. */
  replace(report: Waiting, by: Waiting): void
  /** Makes durable what was taken. Throws where the disk does; then nothing is lost, and it is tried again. */
  flush(): void
  /** What waits and is durable, oldest first. */
  waiting(): Waiting[]
  /** Reports that were taken and are not durable. */
  pending(): number
  /** Since it was opened. */
  dropped(): number
  /** The highest pair that was on file when it was opened; null where there was none. */
  readonly last: Counted | null
  close(): void
}

export type OutboxOptions = {
  readonly path: string
  readonly bytesMax: number
  /** Reports wait so long to be synchronised together; 0 writes each at once. */
  readonly commitDelayMs: number
  /** Told of outbox/unwritable when it begins, and of outbox/full at the 1st, 10th, 100th report that is dropped, and so on. */
  readonly onFault?: (fault: Failure) => void
}

/** The report that a receipt's entry is about, or undefined. The digest ties the receipt to this very payload. */
export const settledBy = (waiting: readonly Waiting[], entry: ReceiptEntry): Waiting | undefined =>
  waiting.find((one) => one.boot === entry.boot && one.seq === entry.seq && equalBytes(one.digest, entry.digest))

const rewriteBytesMin = 65_536
const retryMs = 1_000

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * The reports that a device still owes, in an append-only file of checksummed records, bounded by size, synchronised in groups:
 * on an SD card every synchronisation writes whole pages. A torn last record is cut off at opening.
 */
export const openOutbox = ({ path, bytesMax, commitDelayMs, onFault = () => {} }: OutboxOptions): Result<Outbox> => {
  let file: number
  let fileBytes: number
  let held: Map<string, Waiting>
  let last: Counted | null
  let droppedBefore: number
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    file = openSync(path, 'a+', 0o600)
    // Not a Buffer: its slice() is no copy.
    const found = replayOutbox(new Uint8Array(readFileSync(path)))
    ;({ held, last, bytes: fileBytes, dropped: droppedBefore } = found)
    ftruncateSync(file, fileBytes)
  } catch (error) {
    return fail('device/unwritable', messageOf(error))
  }
  const lastAtOpening = last
  let heldBytes = [...held.values()].reduce((sum, { message }) => sum + message.length, 0)
  /** Taken and not yet durable. */
  let fresh: { readonly one: Waiting; durable(): void }[] = []
  /** Records about reports that are durable. Not synchronised: a lost `done` only sends a report once more. */
  let notes: Uint8Array[] = []
  let dropped = 0
  let toldAt = 1
  let markDue = false
  let isTorn = false
  /** Whether the folder's entry of the file is still to be synchronised: without it, what is in the file is lost with its name. */
  let isNameDue = true
  let isDown = false
  let timer: NodeJS.Timeout | null = null

  const mark = (): Uint8Array => outboxRecords.mark(last, droppedBefore + dropped)

  const append = (bytes: Uint8Array, durable: boolean): void => {
    if (isNameDue && durable) {
      syncFolder(dirname(path))
      isNameDue = false
    }
    if (isTorn) ftruncateSync(file, fileBytes)
    isTorn = true
    // A disk that fills up takes a part, and says so by the result alone.
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
    if (durable) fdatasyncSync(file)
    isTorn = false
    fileBytes += bytes.length
  }

  /** Leaves only what waits in the file. */
  const rewrite = (): void => {
    const whole = concatBytes([mark(), ...[...held.values()].map(outboxRecords.put)])
    isNameDue = true
    try {
      writeDurably(path, whole)
      isNameDue = false
    } finally {
      // Also where it failed: from the renaming on, the path names another file.
      const next = openSync(path, 'a', 0o600)
      closeSync(file)
      file = next
      fileBytes = fstatSync(file).size
    }
  }

  const write = (): void => {
    if (fresh.length === 0 && notes.length === 0 && !markDue) return
    // What replaces comes before the end of what is replaced.
    const records = [...fresh.map(({ one }) => outboxRecords.put(one)), ...notes, ...(markDue ? [mark()] : [])]
    append(concatBytes(records), fresh.length > 0)
  }

  const flush = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    try {
      write()
    } catch (error) {
      if (!isDown)
        onFault({ code: 'outbox/unwritable', detail: `${fresh.length} reports in memory: ${messageOf(error)}` })
      isDown = true
      timer = setTimeout(commit, retryMs)
      throw error
    }
    const group = fresh
    fresh = []
    notes = []
    markDue = false
    isDown = false
    for (const { one } of group) held.set(outboxKey(one), one)
    if (fileBytes > rewriteBytesMin + 2 * heldBytes) {
      try {
        rewrite()
      } catch {
        // The file that is there goes on; it is tried again after the next group.
      }
    }
    for (const { durable } of group) durable()
  }

  const commit = (): void => {
    try {
      flush()
    } catch {
      // Told, and tried again.
    }
  }

  const schedule = (): void => {
    if (commitDelayMs === 0 && !isDown) commit()
    else timer ??= setTimeout(commit, commitDelayMs)
  }

  const release = (one: Counted): boolean => {
    const key = outboxKey(one)
    heldBytes -= held.get(key)?.message.length ?? 0
    return held.delete(key)
  }

  const dropOldest = (): void => {
    const [oldest] = held.values()
    dropped++
    if (oldest !== undefined) {
      release(oldest)
      notes.push(outboxRecords.drop(oldest))
    } else {
      heldBytes -= fresh.shift()?.one.message.length ?? heldBytes
      // It was never on file: only the count can say so.
      markDue = true
    }
    if (dropped < toldAt) return
    onFault({ code: 'outbox/full', detail: `${dropped} dropped, ${bytesMax} bytes are the most` })
    toldAt *= 10
  }

  const take = (one: Waiting, durable: () => void): void => {
    fresh.push({ one, durable })
    heldBytes += one.message.length
    if (isAfter(one, last)) last = one
    while (heldBytes > bytesMax) dropOldest()
    schedule()
  }

  return ok({
    put: (one, durable = () => {}) => take(one, durable),
    done: (one) => {
      if (!release(one)) return
      notes.push(outboxRecords.done(one))
      schedule()
    },
    replace: (one, by) => {
      if (!release(one)) return
      notes.push(outboxRecords.done(one))
      take(by, () => {})
    },
    flush,
    waiting: () => [...held.values()],
    pending: () => fresh.length,
    dropped: () => dropped,
    last: lastAtOpening,
    close: () => {
      try {
        flush()
        if (held.size === 0 && fileBytes > 0) rewrite()
      } catch (error) {
        if (fresh.length > 0) onFault({ code: 'outbox/lost', detail: `${fresh.length} reports: ${messageOf(error)}` })
      }
      if (timer !== null) clearTimeout(timer)
      closeSync(file)
    },
  })
}
