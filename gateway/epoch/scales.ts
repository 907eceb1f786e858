import type { PlaceHistory, Ruleset, Verdict } from '../coverage/index.ts'
import { densityMap, moveScale, placeAt } from '../coverage/index.ts'

/** A verdict as rewards take it. `earlier`: it was judged, and paid, with an earlier epoch. */
export type Scaled = Verdict & { readonly scale: number; readonly earlier: boolean }

type Judged = {
  readonly verdicts: readonly Verdict[]
  /** When each was received, in the order of the verdicts. */
  readonly receivedMs: readonly number[]
  readonly logFrom: number
  readonly histories: ReadonlyMap<string, PlaceHistory>
}

/**
 * Scales submissions by the density around the beaconer (HIP-17, HIP-104) and by the price of the sender's own move. On the
 * map is whoever has an accepted submission in the epoch or in what it looks back on, where it stands at the end: a
 * place that was asserted and never heard of takes nothing from its neighbours.
 */
export const scaleVerdicts = ({ verdicts, receivedMs, logFrom, histories }: Judged, ruleset: Ruleset): Scaled[] => {
  const historyOf = (kid: string): PlaceHistory => histories.get(kid) ?? []
  const active = new Set(verdicts.filter(({ code }) => code === 'accepted').map(({ kid }) => kid))
  const cells = [...active].flatMap((kid) => placeAt(historyOf(kid), Number.POSITIVE_INFINITY)?.cell ?? []).sort()
  const map = ruleset.density === undefined ? null : densityMap(cells, ruleset.density)
  const densityOf = new Map<string, number>()
  for (const [i, { kind, kid, beaconId, code }] of verdicts.entries()) {
    if (map === null || kind !== 'beacon' || code !== 'accepted') continue
    const cell = placeAt(historyOf(kid), receivedMs[i] ?? 0)?.cell
    if (cell !== undefined) densityOf.set(beaconId, map.scale(cell))
  }
  return verdicts.map((verdict, i) => {
    const moved = moveScale(historyOf(verdict.kid), receivedMs[i] ?? 0, ruleset.location)
    return { ...verdict, scale: (densityOf.get(verdict.beaconId) ?? 1) * moved, earlier: verdict.logIndex <= logFrom }
  })
}
