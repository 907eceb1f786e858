import { cellToParent, getResolution } from 'h3-js'
import type { Place } from './evidence.ts'
import { cosLatitude } from './geometry.ts'

/** What follows from a place alone, and is asked for again with each receipt. */
export type PlaceFacts = {
  /** H3 resolution of its cell; -1 where that is no cell. */
  readonly resolution: number
  readonly cosLatitude: number
  /** Parent of its cell, by resolution. */
  parent(resolution: number): string
}

/** Kept with the place itself, and forgotten with it: a function of its argument, only computed once. */
const known = new WeakMap<Place, PlaceFacts>()

const compute = (place: Place): PlaceFacts => {
  let [last, parent] = [-1, '']
  return {
    resolution: getResolution(place.cell),
    cosLatitude: cosLatitude(place),
    parent: (resolution) => {
      if (last !== resolution) [last, parent] = [resolution, cellToParent(place.cell, resolution)]
      return parent
    },
  }
}

export const factsOf = (place: Place): PlaceFacts => {
  let facts = known.get(place)
  if (facts === undefined) {
    facts = compute(place)
    known.set(place, facts)
  }
  return facts
}
