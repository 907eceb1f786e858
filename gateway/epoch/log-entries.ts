import type { PlaceRow, Store, StoredEntry, Succession } from '../store/index.ts'

const pageRows = 1_000

/** The log after `from` up to and with `to`, read in pages. */
export function* logEntries(store: Store, from: number, to: number): Generator<StoredEntry> {
  for (let at = from; at < to; ) {
    const page = store.log.range(at, to, pageRows)
    yield* page
    at = page[page.length - 1]?.logIndex ?? to
  }
}

/** What was known of places and rotations when an epoch was closed: what came in that very millisecond counts for the next. */
export const historyBefore = (
  store: Store,
  closedMs: number,
): { readonly places: readonly PlaceRow[]; readonly successions: readonly Succession[] } => ({
  places: store.history.places().filter(({ fromMs }) => fromMs < closedMs),
  successions: store.history.successions().filter(({ atMs }) => atMs < closedMs),
})
