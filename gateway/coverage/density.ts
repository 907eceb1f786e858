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

/** By number of the cell. `sample` is a cell in it, from which its neighbours are found. */
type Counts = Map<number, { unclipped: number; clipped: number; readonly sample: string }>

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

/** The finest resolution of an H3 cell. */
const finest = 15

/** The base cell and the digits down to a resolution: what tells cells of one resolution apart. Source: H3, "H3Index". */
const numberOf = (cell: string, resolution: number): number => {
  let digits = Number.parseInt(cell.slice(2), 16)
  for (let r = finest; r > resolution; r--) digits = Math.floor(digits / 8)
  return digits
}

const limitOf = (sample: string, resolution: number, counts: Counts, { neighbours, target, max }: Level): number => {
  if (max <= target) return max
  let occupied = 0
  for (const near of gridDisk(cellToParent(sample, resolution), 1)) {
    if ((counts.get(numberOf(near, resolution))?.unclipped ?? 0) >= target) occupied++
  }
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
  const byCell = new Map<string, number>()
  for (const cell of cells) byCell.set(cell, (byCell.get(cell) ?? 0) + 1)
  let finer = [...byCell].map(([sample, clipped]) => ({ sample, clipped }))
  for (const resolution of resolutions) {
    const level = rules.levels[`r${resolution}`]
    if (level === undefined) continue
    const counts: Counts = new Map()
    for (const { sample, clipped } of finer) {
      const number = numberOf(sample, resolution)
      const found = counts.get(number)
      if (found === undefined) counts.set(number, { unclipped: clipped, clipped, sample })
      else found.unclipped += clipped
    }
    const surely = Math.min(level.target, level.max)
    for (const count of counts.values()) {
      const { unclipped, sample } = count
      // No limit is under the target: neighbours matter only beyond it.
      count.clipped = unclipped <= surely ? unclipped : Math.min(unclipped, limitOf(sample, resolution, counts, level))
    }
    finer = [...counts.values()]
    levels.push(counts)
  }

  const scales = new Map<string, number>()
  const compute = (cell: string): number => {
    let [n, d] = [1n, 1n]
    for (const [i, resolution] of resolutions.entries()) {
      const count = levels[i]?.get(numberOf(cell, resolution))
      if (count === undefined || count.clipped === count.unclipped) continue
      n *= BigInt(count.clipped)
      d *= BigInt(count.unclipped)
    }
    return d === 1n ? 1 : fourDecimals(n, d)
  }
  return {
    scale: (cell) => {
      if (!byCell.has(cell)) return rules.absentScale
      const found = scales.get(cell) ?? compute(cell)
      scales.set(cell, found)
      return found
    },
  }
}
