import type { PlaceHistory, Ruleset, Verdict } from '../coverage/index.ts'
import { densityMap, moveScale, placeAt } from '../coverage/index.ts'

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
 * @returns a scale for each verdict; 0 for what was judged, and paid, with an earlier epoch.
 */
export const scalesOf = ({ verdicts, receivedMs, logFrom, histories }: Judged, ruleset: Ruleset): Float64Array => {
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
  return Float64Array.from(verdicts, ({ logIndex, kid, beaconId }, i) =>
    logIndex <= logFrom
      ? 0
      : (densityOf.get(beaconId) ?? 1) * moveScale(historyOf(kid), receivedMs[i] ?? 0, ruleset.location),
  )
}
