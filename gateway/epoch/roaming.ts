import { latLngToCell } from 'h3-js'
import type { Report } from '../../device-sdk/protocol/index.ts'
import { sha256 } from '../../device-sdk/signer/index.ts'
import type { MappedCell, PlaceHistory, Ruleset, Sighting, SightingSupport } from '../coverage/index.ts'
import { mapCoverage, namedProfile, placeAt, sightingSupport } from '../coverage/index.ts'
import { heirsOf } from '../registry/index.ts'
import type { Store } from '../store/index.ts'
import { countedReport, evidenceOf } from './evidence.ts'
import { historiesOf } from './histories.ts'
import { logEntries } from './log-entries.ts'
import { rowsOf } from './readings.ts'

/** What trackers say about where a hotspot stands. */
export type RoamingSupport = {
  readonly kid: string
  readonly supports: number
  readonly contradicts: number
  /** The sighting that contradicts most; null where none does. */
  readonly worst: SightingSupport | null
}

export type Roaming = {
  /** The newest report of the log: ages count from it, so that a copy of the log gives the same map. */
  readonly atMs: number
  readonly sightings: number
  readonly cells: readonly MappedCell[]
  readonly hotspots: readonly RoamingSupport[]
}

type Position = Pick<Sighting, 'cell' | 'latE7' | 'lngE7'>
type Sent = Pick<Sighting, 'freqKhz' | 'txDbm'> & { readonly kid: string; readonly position: Position | null }

const cellResolution = 10
const e7 = (degrees: number): number => Math.round(degrees * 1e7)

/** Where a report says that it was made: the last position that it holds. */
const positionOf = (report: Report, receivedMs: number): Position | null => {
  const values = rowsOf(report, receivedMs, 'position').at(-1)?.values
  const [lat, lng] = [values?.get('lat')?.value, values?.get('lon')?.value]
  if (lat === undefined || lng === undefined || Math.abs(lat) > 90 || Math.abs(lng) > 180) return null
  return { cell: latLngToCell(lat, lng, cellResolution), latE7: e7(lat), lngE7: e7(lng) }
}

const overBy = (one: SightingSupport): number => (one.unit === 'km' ? Infinity : one.measured - one.threshold)

const supportOf = (
  sightings: readonly Sighting[],
  histories: ReadonlyMap<string, PlaceHistory>,
  maxKm: number,
): RoamingSupport[] => {
  const by = new Map<string, { supports: number; contradicts: number; worst: SightingSupport | null }>()
  for (const one of sightings) {
    const place = placeAt(histories.get(one.hotspot) ?? [], one.receivedMs)
    if (place === null) continue
    const own = by.get(one.hotspot) ?? { supports: 0, contradicts: 0, worst: null }
    by.set(one.hotspot, own)
    const support = sightingSupport(place, one, maxKm)
    own[support.says]++
    if (support.says === 'contradicts' && (own.worst === null || overBy(support) > overBy(own.worst))) {
      own.worst = support
    }
  }
  return [...by].map(([kid, own]) => ({ kid, ...own })).sort((a, b) => (a.kid < b.kid ? -1 : 1))
}

/**
 * Coverage as trackers met it: a report that holds a position, and what it heard of hotspots' beacons, or a beacon of its own
 * that hotspots heard. Read from the log alone, as far back as the ruleset lets a map be old.
 * @param entriesMax - so many of the newest entries are read.
 */
export const roamingOf = (store: Store, ruleset: Ruleset, entriesMax = Number.POSITIVE_INFINITY): Roaming => {
  const location = ruleset.location ?? namedProfile('hexfix-2').location
  const head = store.log.head()
  const atMs = store.log.at(head)?.receivedMs ?? 0
  if (location === undefined) return { atMs, sightings: 0, cells: [], hotspots: [] }
  const from = Math.max(0, head - entriesMax, store.log.lastOlder(head, atMs - location.mapMaxAgeMs))
  const heirOf = heirsOf(store.history.successions())
  const histories = historiesOf(store.history.places(), heirOf)
  const gainDdbi = (kid: string, ms: number): number =>
    Math.round((placeAt(histories.get(heirOf(kid)) ?? [], ms)?.gainDbi ?? 0) * 10)
  const derivation = { sha256, released: store.entropy.between, gainDdbi }

  function* counted() {
    for (const entry of logEntries(store, from, head)) {
      const report = countedReport(entry, Infinity)
      if (report === null) continue
      const position = positionOf(report, entry.receivedMs)
      for (const one of evidenceOf(entry, report, derivation)) yield { one, position, kid: heirOf(entry.kid) }
    }
  }
  // A witness may come before its beacon: the log is read once for those who sent, and once for those who heard.
  const sent = new Map<string, Sent>()
  for (const { one, position, kid } of counted()) {
    if (one.kind !== 'beacon' || one.asDerived === false || sent.has(one.beaconId)) continue
    sent.set(one.beaconId, { kid, position, freqKhz: one.freqKhz, txDbm: one.txDbm })
  }
  const sightings: Sighting[] = []
  for (const { one, position, kid } of counted()) {
    const beacon = one.kind === 'witness' ? sent.get(one.beaconId) : undefined
    if (one.kind !== 'witness' || beacon === undefined || beacon.kid === kid) continue
    const { receivedMs, rssiDbm } = one
    const { freqKhz, txDbm } = beacon
    const link = { receivedMs, rssiDbm, freqKhz, txDbm }
    if (position !== null) sightings.push({ tracker: kid, hotspot: beacon.kid, ...position, ...link })
    else if (beacon.position !== null)
      sightings.push({ tracker: beacon.kid, hotspot: kid, ...beacon.position, ...link })
  }
  return {
    atMs,
    sightings: sightings.length,
    cells: mapCoverage(sightings, atMs, location),
    hotspots: supportOf(sightings, histories, ruleset.coverage.maxKm),
  }
}
