import { readFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import type { CborValue, Result } from '../protocol/index.ts'
import { concatBytes, decode, encode, fail, isList, ok } from '../protocol/index.ts'

/** A signed report that waits for its receipt. `digest` is SHA-256(payload)[0..8), `message` the compact form. */
export type Waiting = {
  readonly boot: number
  readonly seq: number
  readonly digest: Uint8Array
  readonly message: Uint8Array
}
export type Counted = { readonly boot: number; readonly seq: number }

export type OutboxState = {
  /** By `outboxKey`, oldest first. */
  readonly held: Map<string, Waiting>
  /** The highest pair that was ever on file, delivered or not: the end of the boot that wrote it. */
  readonly last: Counted | null
  /** Reports that were dropped for want of room since the file was made. */
  readonly dropped: number
  /** Where the whole records end. */
  readonly bytes: number
}

const headBytes = 8
const ops = { put: 0, done: 1, mark: 2, drop: 3 } as const

export const outboxKey = ({ boot, seq }: Counted): string => `${boot} ${seq}`

const frame = (record: CborValue): Uint8Array => {
  const body = encode(record)
  const head = new Uint8Array(headBytes)
  const view = new DataView(head.buffer)
  view.setUint32(0, body.length)
  view.setUint32(4, crc32(body))
  return concatBytes([head, body])
}

/** The records of an outbox: length, CRC-32, and a CBOR array. */
export const outboxRecords = {
  put: ({ boot, seq, digest, message }: Waiting): Uint8Array => frame([ops.put, boot, seq, digest, message]),
  done: ({ boot, seq }: Counted): Uint8Array => frame([ops.done, boot, seq]),
  /** Done with, because there was no room. */
  drop: ({ boot, seq }: Counted): Uint8Array => frame([ops.drop, boot, seq]),
  /** What stays known when the records that said it are gone. */
  mark: (last: Counted | null, dropped: number): Uint8Array =>
    last === null ? frame([ops.mark, null, null, dropped]) : frame([ops.mark, last.boot, last.seq, dropped]),
}

/** Reads whole records up to the first one that is torn. */
const eachRecord = (bytes: Uint8Array, take: (record: readonly CborValue[]) => void): number => {
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

export const isAfter = (pair: Counted, last: Counted | null): boolean =>
  last === null || pair.boot > last.boot || (pair.boot === last.boot && pair.seq > last.seq)

/** What the bytes of an outbox say, whatever they are. */
export const replayOutbox = (bytes: Uint8Array): OutboxState => {
  const held = new Map<string, Waiting>()
  let last: Counted | null = null
  let dropped = 0
  const whole = eachRecord(bytes, ([op, boot, seq, third, message]) => {
    if (op === ops.mark && typeof third === 'number') dropped = third
    if (typeof boot !== 'number' || typeof seq !== 'number') return
    if (isAfter({ boot, seq }, last)) last = { boot, seq }
    const key = outboxKey({ boot, seq })
    if (op === ops.drop) dropped++
    if (op === ops.drop || op === ops.done) held.delete(key)
    if (op !== ops.put || !(third instanceof Uint8Array) || !(message instanceof Uint8Array)) return
    held.set(key, { boot, seq, digest: third.slice(), message: message.slice() })
  })
  return { held, last, dropped, bytes: whole }
}

/** Looks into an outbox beside a running device; one that is absent is empty. Error: device/unwritable. */
export const readOutbox = (path: string): Result<OutboxState> => {
  try {
    // Not a Buffer: its slice() is no copy.
    return ok(replayOutbox(new Uint8Array(readFileSync(path))))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ok(replayOutbox(new Uint8Array(0)))
    return fail('device/unwritable', error instanceof Error ? error.message : String(error))
  }
}
