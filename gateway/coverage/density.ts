import { cellToParent, gridDisk } from 'h3-js'

type Level = {
  /** Occupied cells (of the cell and its neighbours) beyond this raise the limit. */
  readonly neighbours: number
  readonly target: number
  readonly max: number
}

/** Parameters of HIP-104. */
export type DensityRules = {
  /** For a cell that the map does not have. */
  readonly absentScale: number
  /** By H3 resolution, `r4` to `r10`: consecutive. */
  readonly levels: { readonly [resolution: string]: Level }
}

type Counts = Map<string, { unclipped: number; clipped: number }>

/** The density scale of each cell that somebody asserted. */
export type DensityMap = { scale(cell: string): number }

const decimals = 10_000n

/** n/d to four decimals, half to even. Source: helium/oracles, hex_density, which rounds decimals so. */
const fourDecimals = (n: bigint, d: bigint): number => {
  const twice = 2n * n * decimals
  const whole = (n * decimals) / d
  const above = twice - 2n * whole * d
  const isUp = above > d || (above === d && whole % 2n === 1n)
  return Number(isUp ? whole + 1n : whole) / Number(decimals)
}

const resolutionsOf = ({ levels }: DensityRules): number[] =>
  Object.keys(levels)
    .map((key) => Number(key.slice(1)))
    .sort((a, b) => b - a)

const limitOf = (cell: string, counts: Counts, { neighbours, target, max }: Level): number => {
  let occupied = 0
  for (const near of gridDisk(cell, 1)) if ((counts.get(near)?.unclipped ?? 0) >= target) occupied++
  return Math.min(max, target * Math.max(occupied - neighbours + 1, 1))
}

/**
 * Counts hotspots by cell from fine to coarse. A cell with more than its limit is clipped to it, and hands on the clipped
 * number. Source: HIP-104; helium/oracles, hex_density.
 * @param cells - the asserted cell of each hotspot, one for each hotspot, finer than the finest level.
 */
export const densityMap = (cells: readonly string[], rules: DensityRules): DensityMap => {
  const resolutions = resolutionsOf(rules)
  const levels: Counts[] = []
  let finer = new Map<string, number>()
  for (const cell of cells) finer.set(cell, (finer.get(cell) ?? 0) + 1)
  for (const resolution of resolutions) {
    const level = rules.levels[`r${resolution}`]
    if (level === undefined) continue
    const counts: Counts = new Map()
    for (const [cell, count] of finer) {
      const parent = cellToParent(cell, resolution)
      const unclipped = (counts.get(parent)?.unclipped ?? 0) + count
      counts.set(parent, { unclipped, clipped: unclipped })
    }
    for (const [cell, count] of counts) count.clipped = Math.min(count.unclipped, limitOf(cell, counts, level))
    finer = new Map([...counts].map(([cell, { clipped }]) => [cell, clipped]))
    levels.push(counts)
  }

  const known = new Set(cells)
  const scales = new Map<string, number>()
  const compute = (cell: string): number => {
    let [n, d] = [1n, 1n]
    for (const [i, resolution] of resolutions.entries()) {
      const { clipped, unclipped } = levels[i]?.get(cellToParent(cell, resolution)) ?? { clipped: 1, unclipped: 1 }
      n *= BigInt(clipped)
      d *= BigInt(unclipped)
    }
    return fourDecimals(n, d)
  }
  return {
    scale: (cell) => {
      if (!known.has(cell)) return rules.absentScale
      const found = scales.get(cell) ?? compute(cell)
      scales.set(cell, found)
      return found
    },
  }
}
