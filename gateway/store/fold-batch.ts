import type { Code } from '../../device-sdk/protocol/index.ts'
import type { Batch } from './batch.ts'

const dayMs = 86_400_000

type Tally = { readonly kid: string; readonly day: number; readonly code: Code; count: number; bytes: number }

/** How many of each (kid, day, code) a batch adds: one write each, however large the batch. */
export const tally = (batch: Batch): Tally[] => {
  const counts = new Map<string, Tally>()
  const add = (kid: string, receivedMs: number, code: Code, bytes: number): void => {
    const day = Math.floor(receivedMs / dayMs)
    const key = `${kid} ${day} ${code}`
    const entry = counts.get(key)
    if (entry === undefined) counts.set(key, { kid, day, code, count: 1, bytes })
    else {
      entry.count++
      entry.bytes += bytes
    }
  }
  for (const one of batch.entries) add(one.kid, one.receivedMs, one.code, one.payload.length + one.signature.length)
  // Evidence is bounded by number: in bytes, a forgery would spend the quota of the device that it names.
  for (const { kid, receivedMs, code } of batch.evidence) add(kid, receivedMs, code, 0)
  for (const { kid, receivedMs } of batch.replays) add(kid, receivedMs, 'report/replay', 0)
  return [...counts.values()]
}

type LatestDraft = Batch['latest'][number]

const rankOf = ({ timeS, receivedMs }: LatestDraft): number => Math.min(timeS ?? 0, Math.floor(receivedMs / 1000))

/**
 * Leaves of a batch's latest rows those that can hold at its end: what a later row of the same device and schema replaces
 * need not be written. Where either has no clock the rows stay in their order, and the statement decides.
 */
export const foldLatest = (rows: readonly LatestDraft[]): readonly LatestDraft[] => {
  const folded: LatestDraft[] = []
  const places = new Map<string, number>()
  for (const row of rows) {
    const key = `${row.kid} ${row.schema}`
    const place = places.get(key)
    const before = place === undefined ? undefined : folded[place]
    if (place === undefined || before === undefined || before.timeS === null || row.timeS === null) {
      places.set(key, folded.push(row) - 1)
    } else if (rankOf(row) >= rankOf(before)) folded[place] = row
  }
  return folded
}
