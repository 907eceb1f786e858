import { cellToCenterChild, cellToParent, gridRing } from 'h3-js'
import type { DensityRules } from './density.ts'
import { densityMap } from './density.ts'
import type { Place } from './evidence.ts'
import { distanceM } from './geometry.ts'

type Centre = Pick<Place, 'latE7' | 'lngE7'>

export type DensityPreview = {
  /** What a hotspot would get here. */
  readonly scale: number
  /** The nearest place found where it would get more; null within the rings that were searched. */
  readonly better: {
    readonly cell: string
    readonly scale: number
    readonly distanceM: number
    readonly towards: string
  } | null
}

const directions = ['north', 'north-east', 'east', 'south-east', 'south', 'south-west', 'west', 'north-west'] as const

/** tan(22.5 degrees): where one of eight directions ends. */
const octantTangent = 0.41421356237309503

/** The direction in words, for the short distances of a preview. @param narrowing - cosine of the latitude. */
const directionOf = (from: Centre, to: Centre): string => {
  const north = to.latE7 - from.latE7
  // Within a few kilometres the ratio of distances along both axes replaces the cosine of the latitude.
  const unit = 10_000
  const eastM = distanceM(from, { latE7: from.latE7, lngE7: from.lngE7 + unit })
  const northM = distanceM({ latE7: 0, lngE7: 0 }, { latE7: unit, lngE7: 0 })
  const turn = ((to.lngE7 - from.lngE7 + 5_400_000_000) % 3_600_000_000) - 1_800_000_000
  const [x, y] = [turn * eastM, north * northM]
  const isFlat = Math.abs(y) <= octantTangent * Math.abs(x)
  const isSteep = Math.abs(x) <= octantTangent * Math.abs(y)
  if (isSteep) return y >= 0 ? directions[0] : directions[4]
  if (isFlat) return x >= 0 ? directions[2] : directions[6]
  if (x > 0) return y > 0 ? directions[1] : directions[3]
  return y > 0 ? directions[7] : directions[5]
}

type Asked = {
  readonly cell: string
  /** Asserted cells of all other hotspots. */
  readonly others: readonly string[]
  readonly rules: DensityRules
  /** Centres are floating point, and so come from outside. */
  readonly centreOf: (cell: string) => Centre
  /** How far to look, in rings of cells of `stepResolution`. */
  readonly ringsMax: number
  readonly stepResolution: number
}

/** The scale of a place before it is asserted, and the nearest better one. For people: a centre from outside decides nothing. */
export const densityPreview = ({ cell, others, rules, centreOf, ringsMax, stepResolution }: Asked): DensityPreview => {
  const map = densityMap(others, rules)
  const scaleAt = (at: string): number => {
    map.change(at, 1)
    const scale = map.scale(at)
    map.change(at, -1)
    return scale
  }
  const scale = scaleAt(cell)
  const here = centreOf(cell)
  const middle = cellToParent(cell, stepResolution)
  for (let ring = 1; ring <= ringsMax && scale < 1; ring++) {
    const found = ringOf(middle, ring)
      .map((one) => cellToCenterChild(one, 12))
      .map((at) => ({ cell: at, scale: scaleAt(at), distanceM: distanceM(here, centreOf(at)) }))
      .filter((one) => one.scale > scale)
      .sort((a, b) => a.distanceM - b.distanceM || (a.cell < b.cell ? -1 : 1))
    const [nearest] = found
    if (nearest !== undefined)
      return { scale, better: { ...nearest, towards: directionOf(here, centreOf(nearest.cell)) } }
  }
  return { scale, better: null }
}

/** Empty where a pentagon is in the way. */
const ringOf = (cell: string, ring: number): string[] => {
  try {
    return gridRing(cell, ring)
  } catch {
    return []
  }
}

/** In one line: "scale 0.50 here; 1.00 is 620 m north-east". */
export const previewInWords = ({ scale, better }: DensityPreview): string => {
  const here = `scale ${scale.toFixed(2)} here`
  if (better === null) return here
  const m = Math.round(better.distanceM / 10) * 10
  const far = m < 10_000 ? `${m} m` : `${Math.round(m / 1000)} km`
  return `${here}; ${better.scale.toFixed(2)} is ${far} ${better.towards}`
}
