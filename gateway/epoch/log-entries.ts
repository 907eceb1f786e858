import type { Store, StoredEntry } from '../store/index.ts'
import type { Taken } from './evidence.ts'

const pageRows = 1_000

/** The log after `from` up to and with `to`, read in pages. */
export function* logEntries(store: Store, from: number, to: number): Generator<StoredEntry> {
  for (let at = from; at < to; ) {
    const page = store.log.range(at, to, pageRows)
    yield* page
    at = page[page.length - 1]?.logIndex ?? to
  }
}

/** What consumers took after row `from` up to and with row `to`. */
export function* takenEntries(store: Store, from: number, to: number): Generator<Taken> {
  for (const { consumer, logIndex } of store.consumption.range(from, to)) {
    const entry = store.log.at(logIndex)
    if (entry !== null) yield { consumer, entry }
  }
}

/** What was known of places and rotations when an epoch was closed: what came in that very millisecond counts for the next. */
export const historyBefore = (store: Store, closedMs: number) => ({
  places: store.history.places().filter(({ fromMs }) => fromMs < closedMs),
  owners: store.history.owners().filter(({ atMs }) => atMs < closedMs),
  successions: store.history.successions().filter(({ atMs }) => atMs < closedMs),
})
