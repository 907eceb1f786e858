import { gridDistance } from 'h3-js'
import type { Place } from '../evidence.ts'
import { factsOf } from '../place-facts.ts'
import type { LinkRule } from './link.ts'

/** @returns null where H3 cannot count: across a pentagon, or between far cells. */
const cellsBetween = (a: Place, b: Place, resolution: number): number | null => {
  try {
    return gridDistance(factsOf(a).parent(resolution), factsOf(b).parent(resolution))
  } catch {
    return null
  }
}

/** Centres of neighbouring cells of resolution 0 are nowhere farther apart, in metres. Source: H3, "Tables of Cell Statistics". */
const spacingM = 2_700_000
const sqrt7 = Math.sqrt(7)

/**
 * So far apart that there are more cells between than any count that is too small. Twice as far as that needs, since cells
 * are counted between parents. Why: grid distances cost more than all other rules together.
 */
const farM = (cells: number, resolution: number): number => {
  let spacing = spacingM
  for (let r = 0; r < resolution; r++) spacing /= sqrt7
  return 2 * (cells + 2) * spacing
}

/** Cells between the two parents, by H3's grid distance; where that has no answer, metres between the centres. */
export const tooNear: LinkRule = ({ from, to, distanceM }, { coverage }) => {
  const { minCells, minMetres, nearResolution } = coverage
  if (distanceM >= minMetres && distanceM > farM(minCells, nearResolution)) return null
  const cells = cellsBetween(from, to, nearResolution)
  const [measured, threshold, unit] = cells === null ? [distanceM, minMetres, 'm'] : [cells, minCells, 'cells']
  return measured < threshold ? { code: 'coverage/too-near', rule: 'too-near', measured, threshold, unit } : null
}
