import { cellToParent, gridDistance } from 'h3-js'
import type { LinkRule } from './link.ts'

/** @returns null where H3 cannot count: across a pentagon, or between far cells. */
const cellsBetween = (a: string, b: string, resolution: number): number | null => {
  try {
    return gridDistance(cellToParent(a, resolution), cellToParent(b, resolution))
  } catch {
    return null
  }
}

/** Cells between the two parents, by H3's grid distance; where that has no answer, metres between the centres. */
export const tooNear: LinkRule = ({ from, to, distanceM }, { coverage }) => {
  const cells = cellsBetween(from.cell, to.cell, coverage.nearResolution)
  const [measured, threshold, unit] =
    cells === null ? [distanceM, coverage.minMetres, 'm'] : [cells, coverage.minCells, 'cells']
  return measured < threshold ? { code: 'coverage/too-near', rule: 'too-near', measured, threshold, unit } : null
}
