import type { Place } from './evidence.ts'
import type { LocationRules } from './location-rules.ts'

/** A place with the moment from which it holds; the first assertion of a key may hold from the beginning (0). */
export type Assertion = { readonly fromMs: number; readonly place: Place }

/** By ascending `fromMs`; of two with the same moment the later one given holds. */
export type PlaceHistory = readonly Assertion[]

export const withAssertion = (history: PlaceHistory, assertion: Assertion): PlaceHistory => {
  const at = history.findIndex(({ fromMs }) => fromMs > assertion.fromMs)
  return at < 0 ? [...history, assertion] : [...history.slice(0, at), assertion, ...history.slice(at)]
}

const indexAt = (history: PlaceHistory, atMs: number): number => {
  let last = history.length - 1
  while (last >= 0 && !((history[last]?.fromMs ?? Infinity) <= atMs)) last--
  return last
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
