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

/** `sample` is a cell in it, and `number` that of the sample: from these its neighbours and its parent are found. */
type Count = { unclipped: number; clipped: number; readonly sample: string; readonly number: number }

/** By number of the cell. */
type Counts = Map<number, Count>

/** The cells of hotspots that stand on the map, and the density scale of each. */
export type DensityMap = {
  /** @param by - 1 for a hotspot that comes, -1 for one that leaves. */
  change(cell: string, by: number): void
  scale(cell: string): number
}

const decimals = 10_000n

/** n/d to four decimals, half to even. Source: helium/oracles, hex_density, which rounds decimals so. */
const fourDecimals = (n: bigint, d: bigint): number => {
  const twice = 2n * n * decimals
  const whole = (n * decimals) / d
  const above = twice - 2n * whole * d
  const isUp = above > d || (above === d && whole % 2n === 1n)
  return Number(isUp ? whole + 1n : whole) / Number(decimals)
}

/** The finest resolution of an H3 cell. */
const finest = 15

/** The base cell and the digits of a cell: a number for each cell of one resolution. Source: H3, "H3Index". */
const numberOf = (cell: string): number => Number.parseInt(cell.slice(2), 16)

/** The same for its ancestor of a resolution. */
const ancestorOf = (number: number, resolution: number): number => Math.floor(number / 8 ** (finest - resolution))

type Layer = Level & { readonly resolution: number; readonly counts: Counts }

const layersOf = ({ levels }: DensityRules): Layer[] =>
  Object.entries(levels)
    .map(([key, level]) => ({ ...level, resolution: Number(key.slice(1)), counts: new Map() }))
    .sort((a, b) => b.resolution - a.resolution)

const neighboursOf = ({ sample }: Count, { resolution }: Layer): number[] =>
  gridDisk(cellToParent(sample, resolution), 1).map((near) => ancestorOf(numberOf(near), resolution))

const limitOf = (count: Count, layer: Layer): number => {
  const { neighbours, target, max, counts } = layer
  // No limit is under the target: neighbours matter only beyond it.
  if (max <= target || count.unclipped <= target) return max
  let occupied = 0
  for (const near of neighboursOf(count, layer)) if ((counts.get(near)?.unclipped ?? 0) >= target) occupied++
  return Math.min(max, target * Math.max(occupied - neighbours + 1, 1))
}

/** So many more hotspots in the cell `sample`, which has that number. */
type Change = { readonly sample: string; readonly number: number; readonly by: number }

/** Counts changes into a layer. @returns what changes in the layer above it. */
const changeLayer = (layer: Layer, changes: readonly Change[]): Change[] => {
  const { resolution, counts, target, max } = layer
  const touched = new Set<Count>()
  const crossed: Count[] = []
  for (const { sample, number, by } of changes) {
    const own = ancestorOf(number, resolution)
    let count = counts.get(own)
    if (count === undefined) {
      count = { unclipped: 0, clipped: 0, sample, number }
      counts.set(own, count)
    }
    const wasOccupied = count.unclipped >= target
    count.unclipped += by
    touched.add(count)
    if (wasOccupied !== count.unclipped >= target && max > target) crossed.push(count)
  }
  for (const count of crossed) {
    for (const near of neighboursOf(count, layer)) {
      const other = counts.get(near)
      if (other !== undefined && other.unclipped > target) touched.add(other)
    }
  }
  const above: Change[] = []
  for (const count of touched) {
    const clipped = Math.min(count.unclipped, limitOf(count, layer))
    const { sample, number } = count
    if (clipped !== count.clipped) above.push({ sample, number, by: clipped - count.clipped })
    count.clipped = clipped
  }
  return above
}

/**
 * Counts hotspots by cell from fine to coarse. A cell with more than its limit is clipped to it, and hands on the clipped
 * number. What comes or leaves later is counted where it changes something, and nowhere else. Source: HIP-104;
 * helium/oracles, hex_density.
 * @param cells - the asserted cell of each hotspot, one for each hotspot, finer than the finest level.
 */
export const densityMap = (cells: readonly string[], rules: DensityRules): DensityMap => {
  const layers = layersOf(rules)
  const byCell = new Map<string, number>()
  const scales = new Map<string, number>()
  const change = (changed: ReadonlyMap<string, number>): void => {
    let changes: Change[] = []
    for (const [sample, by] of changed) {
      byCell.set(sample, (byCell.get(sample) ?? 0) + by)
      changes.push({ sample, number: numberOf(sample), by })
    }
    for (const layer of layers) changes = changeLayer(layer, changes)
    scales.clear()
  }
  const compute = (cell: string): number => {
    const number = numberOf(cell)
    let [n, d] = [1n, 1n]
    for (const { resolution, counts } of layers) {
      const count = counts.get(ancestorOf(number, resolution))
      if (count === undefined || count.clipped === count.unclipped) continue
      n *= BigInt(count.clipped)
      d *= BigInt(count.unclipped)
    }
    return d === 1n ? 1 : fourDecimals(n, d)
  }
  const first = new Map<string, number>()
  for (const cell of cells) first.set(cell, (first.get(cell) ?? 0) + 1)
  change(first)
  return {
    change: (cell, by) => change(new Map([[cell, by]])),
    scale: (cell) => {
      if ((byCell.get(cell) ?? 0) === 0) return rules.absentScale
      let scale = scales.get(cell)
      if (scale === undefined) {
        scale = compute(cell)
        scales.set(cell, scale)
      }
      return scale
    },
  }
}
