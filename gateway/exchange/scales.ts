import type { Ruleset } from '../coverage/index.ts'
import { densityMap, moveScale, placeAt } from '../coverage/index.ts'
import type { Sent } from './first-beacons.ts'
import type { Hotspots } from './hotspots.ts'

const dayMs = 86_400_000
const endOfDayMs = (atMs: number): number => (Math.floor(atMs / dayMs) + 1) * dayMs - 1

type Move = { readonly fromMs: number; readonly from: string | null; readonly to: string }

/** Every time that a hotspot came to stand somewhere else, in the order of time. */
const movesOf = (hotspots: Hotspots): Move[] =>
  hotspots
    .ids()
    .flatMap((id) =>
      hotspots.history(id).map(({ fromMs, place }, i, all): Move => {
        return { fromMs, from: all[i - 1]?.place.cell ?? null, to: place.cell }
      }),
    )
    .sort((a, b) => (a.fromMs < b.fromMs ? -1 : Number(a.fromMs > b.fromMs)))

/**
 * Scales beacons by density and by the price of a move. The map of a day (UTC) counts every hotspot where it stands at the end
 * of it: one map follows the moves from day to day. Why: a map for each day would hold the file many times over.
 */
export const scaleBeacons = (beacons: Iterable<Sent>, hotspots: Hotspots, { density, location }: Ruleset): void => {
  const inTime = [...beacons].sort((a, b) => a.receivedMs - b.receivedMs)
  const moves = density === undefined ? [] : movesOf(hotspots)
  const firstDayMs = endOfDayMs(inTime[0]?.receivedMs ?? 0)
  const standing = hotspots.ids().flatMap((id) => placeAt(hotspots.history(id), firstDayMs)?.cell ?? [])
  const map = density === undefined ? null : densityMap(standing, density)
  let next = moves.findIndex(({ fromMs }) => fromMs > firstDayMs)
  if (next < 0) next = moves.length
  for (const beacon of inTime) {
    const untilMs = endOfDayMs(beacon.receivedMs)
    for (let move = moves[next]; move !== undefined && move.fromMs <= untilMs; move = moves[++next]) {
      if (move.from !== null) map?.change(move.from, -1)
      map?.change(move.to, 1)
    }
    const history = hotspots.history(beacon.kid)
    const cell = placeAt(history, beacon.receivedMs)?.cell
    const crowd = map === null || cell === undefined ? 1 : map.scale(cell)
    beacon.scale = crowd * moveScale(history, beacon.receivedMs, location)
  }
}
