import type { Store, StoredEntry } from '../store/index.ts'

const pageRows = 1_000

/** The log after `from` up to and with `to`, read in pages. */
export function* logEntries(store: Store, from: number, to: number): Generator<StoredEntry> {
  for (let at = from; at < to; ) {
    const page = store.log.range(at, to, pageRows)
    yield* page
    at = page[page.length - 1]?.logIndex ?? to
  }
}
