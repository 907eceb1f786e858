import type { Place } from './evidence.ts'
import type { LocationRules } from './location-rules.ts'

/** A place with the moment from which it holds; the first assertion of a key may hold from the beginning (0). */
export type Assertion = { readonly fromMs: number; readonly place: Place }

/** By ascending `fromMs`; of two with the same moment the later one given holds. */
export type PlaceHistory = readonly Assertion[]

export const historyOf = (assertions: readonly Assertion[]): PlaceHistory =>
  assertions.toSorted((a, b) => (a.fromMs < b.fromMs ? -1 : Number(a.fromMs > b.fromMs)))

/** The last that holds at `atMs`; -1 before the first. */
const indexAt = (history: PlaceHistory, atMs: number): number => {
  let [from, to] = [0, history.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((history[middle]?.fromMs ?? Infinity) <= atMs) from = middle + 1
    else to = middle
  }
  return from - 1
}

/** The place at the time of the evidence; null before the first assertion. */
export const placeAt = (history: PlaceHistory, atMs: number): Place | null =>
  history[indexAt(history, atMs)]?.place ?? null

/**
 * What a move costs: the factor of the units that a hotspot earns at `atMs`. The first assertion is no move, and one of the
 * same cell (another gain) neither.
 */
export const moveScale = (history: PlaceHistory, atMs: number, rules: LocationRules | undefined): number => {
  if (rules === undefined) return 1
  for (let i = indexAt(history, atMs); i > 0; i--) {
    const [now, before] = [history[i], history[i - 1]]
    if (now === undefined || before === undefined || atMs - now.fromMs >= rules.settleMs) return 1
    if (now.place.cell !== before.place.cell) return rules.moveScale
  }
  return 1
}
