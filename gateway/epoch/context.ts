import type { Ruleset } from '../coverage/index.ts'
import type { Store, StoredEntry } from '../store/index.ts'
import { logEntries } from './log-entries.ts'

/** What stands before an epoch in the log, as far back as its rules look. */
export type Context = {
  readonly entries: Iterable<StoredEntry>
  /** From when on all evidence is at hand, in ms since 1970. */
  readonly recordsFromMs: number
}

/** More is not read: what would have to be older counts as satisfied. */
const entriesMax = 200_000

/**
 * How far back the rules look: for reciprocity at beacons and witnesses that must themselves have been regular in their time
 * window, and for a beacon whose witnesses are still under way.
 */
const lookBackMs = ({ coverage }: Ruleset): number => {
  const { reciprocityMs = 0, beaconIntervalMs = 0, beaconLagMs = 0, witnessLagMs = 0 } = coverage
  return reciprocityMs + beaconIntervalMs + Math.max(beaconLagMs, witnessLagMs)
}

/**
 * The log before `logFrom` that an epoch is judged with. It follows from the log alone: a replay reads the same.
 * @param logTo - where the epoch ends.
 */
export const contextOf = (store: Store, logFrom: number, logTo: number, ruleset: Ruleset): Context => {
  const backMs = lookBackMs(ruleset)
  const [first] = store.log.range(logFrom, logTo, 1)
  if (backMs === 0 || first === undefined) return { entries: [], recordsFromMs: first?.receivedMs ?? 0 }
  const sinceMs = first.receivedMs - backMs
  const from = Math.max(store.log.lastOlder(logFrom, sinceMs), logFrom - entriesMax, 0)
  const earliestMs = store.log.range(from, logTo, 1)[0]?.receivedMs ?? first.receivedMs
  const isWhole = from > 0 && from > logFrom - entriesMax
  // What is regular in the window of reciprocity needs what came before it to be at hand.
  const { reciprocityMs = 0 } = ruleset.coverage
  const recordsFromMs = isWhole ? first.receivedMs - reciprocityMs : earliestMs
  return { entries: logEntries(store, from, logFrom), recordsFromMs }
}
