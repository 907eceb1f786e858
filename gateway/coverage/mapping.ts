import { cellToParent } from 'h3-js'
import type { Place } from './evidence.ts'
import { distanceM, maxRssiDbm } from './geometry.ts'
import type { LocationRules } from './location-rules.ts'

/** What a tracker heard of a hotspot, or was heard by it, at the position that the tracker signed. */
export type Sighting = {
  readonly tracker: string
  readonly hotspot: string
  readonly receivedMs: number
  /** H3 cell of the position, finer than resolution 10 or of it; its place in 1e-7 degrees. */
  readonly cell: string
  readonly latE7: number
  readonly lngE7: number
  readonly rssiDbm: number
  readonly freqKhz: number
  readonly txDbm: number
}

const mapResolution = 10

export type MappedCell = {
  readonly cell: string
  /** Strongest signal of each hotspot counted once, the best of them. */
  readonly bestRssiDbm: number
  readonly hotspots: number
  /** Distinct trackers: one tracker's word weighs less than two. */
  readonly trackers: number
  /** 0 to 4: none, weak, fair, good, excellent. */
  readonly quality: number
  /** Since the newest sighting. */
  readonly ageMs: number
}

/** LoRa at SF7 stops near -123 dBm, and at SF12 near -137. */
const qualityBounds = [-130, -120, -110, -95] as const

const qualityOf = (rssiDbm: number): number => qualityBounds.filter((bound) => rssiDbm >= bound).length

/** Coverage by cell of resolution 10, as it was measured, in the order of cells. */
export const mapCoverage = (sightings: readonly Sighting[], atMs: number, rules: LocationRules): MappedCell[] => {
  const cells = new Map<string, Sighting[]>()
  for (const one of sightings) {
    if (one.receivedMs > atMs || atMs - one.receivedMs > rules.mapMaxAgeMs) continue
    const cell = cellToParent(one.cell, mapResolution)
    const list = cells.get(cell) ?? []
    if (list.length === 0) cells.set(cell, list)
    list.push(one)
  }
  return [...cells]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([cell, list]) => {
      const bestRssiDbm = list.reduce((best, { rssiDbm }) => Math.max(best, rssiDbm), -Infinity)
      const newestMs = list.reduce((newest, { receivedMs }) => Math.max(newest, receivedMs), 0)
      return {
        cell,
        bestRssiDbm,
        hotspots: new Set(list.map(({ hotspot }) => hotspot)).size,
        trackers: new Set(list.map(({ tracker }) => tracker)).size,
        quality: qualityOf(bestRssiDbm),
        ageMs: atMs - newestMs,
      }
    })
}

/** What a sighting says about where a hotspot stands. */
export type SightingSupport = {
  readonly says: 'supports' | 'contradicts'
  readonly distanceM: number
  readonly measured: number
  readonly threshold: number
  readonly unit: 'dBm' | 'km'
}

/**
 * A hotspot that is heard stronger than free space allows, or beyond `maxKm`, is not where it says. A weak signal over a
 * short way contradicts nothing: there may be a hill.
 */
export const sightingSupport = (place: Place, sighting: Sighting, maxKm: number): SightingSupport => {
  const distance = distanceM(place, sighting)
  const km = Math.floor(distance / 1000)
  if (km > maxKm) return { says: 'contradicts', distanceM: distance, measured: km, threshold: maxKm, unit: 'km' }
  const freqHz = Math.round(sighting.freqKhz * 1000)
  const { txDbm } = sighting
  const threshold = maxRssiDbm({ txDbm, txGainDbi: 0, rxGainDbi: place.gainDbi, freqHz, distanceM: distance })
  const says = sighting.rssiDbm <= threshold ? 'supports' : 'contradicts'
  return { says, distanceM: distance, measured: sighting.rssiDbm, threshold, unit: 'dBm' }
}
