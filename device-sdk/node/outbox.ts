import { closeSync, fdatasyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { writeDurably } from '../link/index.ts'
import type { CborValue, ReceiptEntry, Result } from '../protocol/index.ts'
import { concatBytes, decode, encode, equalBytes, fail, isList, ok } from '../protocol/index.ts'

/** A signed report that waits for its receipt. `digest` is SHA-256(payload)[0..8), `message` the compact form. */
export type Waiting = {
  readonly boot: number
  readonly seq: number
  readonly digest: Uint8Array
  readonly message: Uint8Array
}

export type Outbox = {
  /** Durable when it returns. Drops the oldest reports when the box is full, and counts them. */
  put(report: Waiting): void
  done(report: Waiting): void
  /** Puts one in the place of another, where that still waits, in one write: a power cut may leave both, never neither. */
  replace(report: Waiting, by: Waiting): void
  /** What waits, oldest first. */
  waiting(): Waiting[]
  dropped(): number
  /** The highest boot that was ever put and is still on file; -1 where there is none. */
  readonly bootMax: number
  close(): void
}

/** The report that a receipt's entry is about, or undefined. The digest ties the receipt to this very payload. */
export const settledBy = (waiting: readonly Waiting[], entry: ReceiptEntry): Waiting | undefined =>
  waiting.find((one) => one.boot === entry.boot && one.seq === entry.seq && equalBytes(one.digest, entry.digest))

const headBytes = 8
const put = 0
const done = 1
const rewriteBytesMin = 65_536

const frame = (record: CborValue): Uint8Array => {
  const body = encode(record)
  const head = new Uint8Array(headBytes)
  const view = new DataView(head.buffer)
  view.setUint32(0, body.length)
  view.setUint32(4, crc32(body))
  return concatBytes([head, body])
}

const putFrame = (one: Waiting): Uint8Array => frame([put, one.boot, one.seq, one.digest, one.message])
const keyOf = (boot: number, seq: number): string => `${boot} ${seq}`

/** Reads records up to the first one that is torn. @returns where the whole ones end. */
const replay = (bytes: Uint8Array, take: (record: readonly CborValue[]) => void): number => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = 0
  while (at + headBytes <= bytes.length) {
    const end = at + headBytes + view.getUint32(at)
    if (end > bytes.length) return at
    const body = bytes.subarray(at + headBytes, end)
    const record = crc32(body) === view.getUint32(at + 4) ? decode(body) : null
    if (!record?.ok || !isList(record.value)) return at
    take(record.value)
    at = end
  }
  return at
}

/**
 * The reports that a device still owes, in an append-only file of checksummed records, bounded by size.
 * A torn last record is cut off at opening; a file without open reports is emptied.
 */
export const openOutbox = (path: string, bytesMax: number): Result<Outbox> => {
  const held = new Map<string, Waiting>()
  let heldBytes = 0
  let dropped = 0
  let bootMax = -1
  let file: number
  let fileBytes = 0

  const hold = (one: Waiting): void => {
    held.set(keyOf(one.boot, one.seq), one)
    heldBytes += one.message.length
    bootMax = Math.max(bootMax, one.boot)
  }
  const release = (boot: number, seq: number): boolean => {
    const one = held.get(keyOf(boot, seq))
    if (one === undefined) return false
    heldBytes -= one.message.length
    return held.delete(keyOf(boot, seq))
  }
  const takeRecord = (record: readonly CborValue[]): void => {
    const [op, boot, seq, digest, message] = record
    if (typeof boot !== 'number' || typeof seq !== 'number') return
    if (op === done) release(boot, seq)
    else if (digest instanceof Uint8Array && message instanceof Uint8Array) {
      hold({ boot, seq, digest: digest.slice(), message: message.slice() })
    }
  }

  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    file = openSync(path, 'a+', 0o600)
    // Not a Buffer: its slice() is no copy.
    fileBytes = replay(new Uint8Array(readFileSync(path)), takeRecord)
    ftruncateSync(file, fileBytes)
  } catch (error) {
    return fail('device/unwritable', error instanceof Error ? error.message : String(error))
  }

  const append = (bytes: Uint8Array, durable: boolean): void => {
    writeSync(file, bytes)
    fileBytes += bytes.length
    if (durable) fdatasyncSync(file)
  }
  /** Leaves only what waits in the file. */
  const rewrite = (): void => {
    closeSync(file)
    const whole = concatBytes([...held.values()].map(putFrame))
    writeDurably(path, whole)
    file = openSync(path, 'a', 0o600)
    fileBytes = whole.length
  }

  return ok({
    put: (one) => {
      hold(one)
      append(putFrame(one), true)
      for (const oldest of held.values()) {
        if (heldBytes <= bytesMax) break
        release(oldest.boot, oldest.seq)
        dropped++
        append(frame([done, oldest.boot, oldest.seq]), false)
      }
      if (fileBytes > rewriteBytesMin + 2 * heldBytes) rewrite()
    },
    done: (one) => {
      // Not synchronised: a lost `done` only sends the report once more, and the gateway answers with the same receipt.
      if (release(one.boot, one.seq)) append(frame([done, one.boot, one.seq]), false)
    },
    replace: (one, by) => {
      if (!release(one.boot, one.seq)) return
      hold(by)
      append(concatBytes([putFrame(by), frame([done, one.boot, one.seq])]), true)
    },
    waiting: () => [...held.values()],
    dropped: () => dropped,
    bootMax,
    close: () => {
      if (held.size === 0) ftruncateSync(file, 0)
      closeSync(file)
    },
  })
}
