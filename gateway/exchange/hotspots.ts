import type { DensityMap, Hotspot, Place, PlaceHistory, Ruleset } from '../coverage/index.ts'
import { densityMap, moveScale, placeAt, withAssertion } from '../coverage/index.ts'
import { placeOf } from '../registry/index.ts'
import type { HotspotLine } from './line.ts'

const dayMs = 86_400_000

/** The hotspots of a file: who they are, where they stood when, and what density makes of it. */
export type Hotspots = {
  add(line: HotspotLine): void
  at(id: string, atMs: number): Hotspot | null
  owner(id: string): string | null
  /** What multiplies units earned at a moment: density, and the price of a move. */
  scale(id: string, atMs: number): number
  ids(): string[]
}

type Known = { owner: string | null; history: PlaceHistory }

const place = ({ at }: HotspotLine): Place | null => {
  if (at === null) return null
  const located = placeOf(at)
  if (!located.ok) return null
  const { cell, latE7, lngE7 } = located.value
  return { cell, latE7, lngE7, gainDbi: at.gainDbi }
}

/** @param ruleset - asked when it is needed: a line of the file may change it. */
export const openHotspots = (ruleset: () => Ruleset): Hotspots => {
  const known = new Map<string, Known>()
  const moves: number[] = []
  const maps = new Map<number, DensityMap>()
  const byDay = new Map<number, DensityMap>()

  const cellsAt = (atMs: number): string[] =>
    [...known.values()].flatMap(({ history }) => placeAt(history, atMs)?.cell ?? [])

  /** The map of a day counts every hotspot where it stands at the end of it (UTC). It changes when somebody moves. */
  const mapOf = (atMs: number): DensityMap | null => {
    const { density } = ruleset()
    if (density === undefined) return null
    const day = Math.floor(atMs / dayMs)
    const found = byDay.get(day)
    if (found !== undefined) return found
    const endMs = (day + 1) * dayMs - 1
    const generation = moves.filter((fromMs) => fromMs <= endMs).length
    const map = maps.get(generation) ?? densityMap(cellsAt(endMs), density)
    maps.set(generation, map)
    byDay.set(day, map)
    return map
  }

  return {
    add: (line) => {
      const { id, owner, fromMs } = line
      const before = known.get(id)
      const at = place(line)
      const history = before?.history ?? []
      known.set(id, {
        owner: owner ?? before?.owner ?? null,
        history: at === null ? history : withAssertion(history, { fromMs: fromMs ?? -Infinity, place: at }),
      })
      if (fromMs !== null) moves.push(fromMs)
    },
    at: (id, atMs) => {
      const own = known.get(id)
      return own === undefined ? null : { place: placeAt(own.history, atMs) }
    },
    owner: (id) => known.get(id)?.owner ?? null,
    scale: (id, atMs) => {
      const history = known.get(id)?.history ?? []
      const cell = placeAt(history, atMs)?.cell
      const map = mapOf(atMs)
      const density = map === null || cell === undefined ? 1 : map.scale(cell)
      return density * moveScale(history, atMs, ruleset().location)
    },
    ids: () => [...known.keys()],
  }
}
