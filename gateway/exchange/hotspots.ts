import type { Assertion, Hotspot, Place, PlaceHistory } from '../coverage/index.ts'
import { historyOf, placeAt } from '../coverage/index.ts'
import { placeOf } from '../registry/index.ts'
import type { HotspotLine } from './line.ts'

/** The hotspots of a file: who they are, and where they stood when. */
export type Hotspots = {
  add(line: HotspotLine): void
  at(id: string, atMs: number): Hotspot | null
  history(id: string): PlaceHistory
  owner(id: string): string | null
  ids(): string[]
}

type Known = { owner: string | null; readonly assertions: Assertion[]; history: PlaceHistory | null }

const place = ({ at }: HotspotLine): Place | null => {
  if (at === null) return null
  const located = placeOf(at)
  if (!located.ok) return null
  const { cell, latE7, lngE7 } = located.value
  return { cell, latE7, lngE7, gainDbi: at.gainDbi }
}

export const openHotspots = (): Hotspots => {
  const known = new Map<string, Known>()
  const historyFor = (own: Known): PlaceHistory => {
    own.history ??= historyOf(own.assertions)
    return own.history
  }
  return {
    add: (line) => {
      const { id, owner, fromMs } = line
      const own = known.get(id) ?? { owner: null, assertions: [], history: null }
      known.set(id, own)
      const at = place(line)
      own.owner = owner ?? own.owner
      own.history = null
      if (at !== null) own.assertions.push({ fromMs: fromMs ?? -Infinity, place: at })
    },
    at: (id, atMs) => {
      const own = known.get(id)
      return own === undefined ? null : { place: placeAt(historyFor(own), atMs) }
    },
    history: (id) => {
      const own = known.get(id)
      return own === undefined ? [] : historyFor(own)
    },
    owner: (id) => known.get(id)?.owner ?? null,
    ids: () => [...known.keys()],
  }
}
