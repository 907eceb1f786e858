import type { Code } from '../../device-sdk/protocol/index.ts'
import type { HistoryRow } from './history-table.ts'

/** A correctly signed first report of its pair. `boot` is its key (8 hex digits, or 16 for a session), `digest` SHA-256(payload). */
export type LogEntry = {
  readonly kid: string
  readonly boot: string
  readonly seq: number
  readonly receivedMs: number
  readonly code: Code
  readonly digest: Uint8Array
  readonly payload: Uint8Array
  readonly signature: Uint8Array
}
export type StoredEntry = LogEntry & {
  readonly logIndex: number
  readonly equivocated: boolean
  /** The newest closed epoch when that was found; -1 where there was none, or the entry is not equivocated. */
  readonly equivocatedAfter: number
}
/** Everything else that was received: kept for people to look at, bounded, counted past the bound. */
export type Evidence = {
  readonly kid: string
  readonly receivedMs: number
  readonly code: Code
  readonly detail: string | null
  readonly message: Uint8Array
}
export type LatestRow = {
  readonly kid: string
  readonly schema: number
  readonly logIndex: number
  readonly receivedMs: number
  readonly timeS: number | null
  readonly cells: readonly (number | null)[]
}
/** The last seq of a boot by the device's own signed word: heartbeat key 10. */
export type BootEnd = { readonly kid: string; readonly boot: string; readonly seq: number }
/** One drain of the ingest queue: written whole or not at all. `latest.entry` is the place in `entries`. */
export type Batch = {
  readonly entries: readonly LogEntry[]
  readonly evidence: readonly Evidence[]
  readonly replays: readonly { readonly kid: string; readonly receivedMs: number }[]
  readonly equivocated: readonly { readonly kid: string; readonly boot: string; readonly seq: number }[]
  /** What devices say of the ends of boots before. */
  readonly ends: readonly BootEnd[]
  readonly latest: readonly (Omit<LatestRow, 'logIndex'> & { readonly entry: number })[]
  /** Pending devices whose first accepted report is among the entries. */
  readonly activated: readonly HistoryRow[]
}
