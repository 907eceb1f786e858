import { cellToParent, gridDisk } from 'h3-js'
import type { Place, QualityRules, Reading } from '../coverage/index.ts'
import { distanceM, judgeReadings } from '../coverage/index.ts'
import type { Row } from './readings.ts'
import { measuredOf } from './readings.ts'

/** Whose device stands where. */
export type Whereabouts = {
  /** Null where no place is asserted. */
  placeOf(kid: string): Place | null
  ownerOf(kid: string): string
}
/** What others measured of a quantity around a device: of each owner the readings of one device, in the order of time. */
export type Neighbourhood = (kid: string, field: string) => readonly (readonly Reading[])[]

/** What of a device's readings passes every rule but the comparison: what is refused is no voice. */
const passed = (rows: readonly Row[], rules: QualityRules): Map<string, Reading[]> =>
  new Map(
    Object.entries(rules.fields).map(([name, field]) => {
      const readings = measuredOf(rows, name, field.unit).map(({ reading }) => reading)
      const verdicts = judgeReadings(readings, [], field, rules)
      return [name, readings.filter((_one, i) => verdicts[i]?.code === 'accepted')]
    }),
  )

/**
 * Who judges whom: devices with a place in the cells around one's own. Of each other owner the nearest device speaks, and of
 * owners the nearest ones: many keys of one owner are one voice, and no crowd costs more than `neighboursMax`.
 */
export const neighbourhoodOf = (
  weather: ReadonlyMap<string, readonly Row[]>,
  { placeOf, ownerOf }: Whereabouts,
  rules: QualityRules,
): Neighbourhood => {
  const { neighbourResolution, neighbourRings = 0, neighboursMax = 0 } = rules
  if (neighbourResolution === undefined) return () => []
  const standing = new Map<string, { cell: string; place: Place }>()
  const byCell = new Map<string, string[]>()
  for (const kid of [...weather.keys()].sort()) {
    const place = placeOf(kid)
    if (place === null) continue
    const cell = cellToParent(place.cell, neighbourResolution)
    standing.set(kid, { cell, place })
    const inCell = byCell.get(cell) ?? []
    if (inCell.length === 0) byCell.set(cell, inCell)
    inCell.push(kid)
  }
  const voices = new Map([...standing.keys()].map((kid) => [kid, passed(weather.get(kid) ?? [], rules)]))
  const around = new Map<string, readonly string[]>()
  for (const [kid, { cell, place }] of standing) {
    const near = gridDisk(cell, neighbourRings)
      .flatMap((one) => byCell.get(one) ?? [])
      .filter((other) => ownerOf(other) !== ownerOf(kid))
      .map((other) => ({ kid: other, metres: distanceM(place, standing.get(other)?.place ?? place) }))
      .sort((a, b) => a.metres - b.metres || (a.kid < b.kid ? -1 : 1))
    const nearest = new Map<string, string>()
    for (const other of near) {
      const owner = ownerOf(other.kid)
      if (!nearest.has(owner) && nearest.size < neighboursMax) nearest.set(owner, other.kid)
    }
    around.set(kid, [...nearest.values()])
  }
  return (kid, field) => (around.get(kid) ?? []).map((other) => voices.get(other)?.get(field) ?? [])
}
