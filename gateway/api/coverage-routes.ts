import { cellToLatLng } from 'h3-js'
import { cellToWire, standardSchemas } from '../../device-sdk/protocol/index.ts'
import type { DensityPreview, Place } from '../coverage/index.ts'
import { densityPreview, distanceM, gnssSupport, previewInWords } from '../coverage/index.ts'
import type { EpochDesk, Roaming } from '../epoch/index.ts'
import { roamingOf } from '../epoch/index.ts'
import type { Registry } from '../registry/index.ts'
import type { AssertedPlace, Store } from '../store/index.ts'
import type { Answer, Request, Route } from './http.ts'
import { errorAnswer } from './http.ts'

export type CoverageDeps = {
  readonly store: Store
  readonly registry: Registry
  readonly epochs: EpochDesk
  now(): number
}

const epochsDefault = 24
const epochsMax = 1_000
/** Where a preview looks for a better place: rings of cells of resolution 10, some 130 m from one to the next. */
const previewRings = { ringsMax: 30, stepResolution: 10 }
const nearM = 10_000
const placeResolution = '8c'

const centreOf = (cell: string): Pick<Place, 'latE7' | 'lngE7'> => {
  const [lat, lng] = cellToLatLng(cell)
  return { latE7: Math.round(lat * 1e7), lngE7: Math.round(lng * 1e7) }
}

/** Active devices with a place, but for one. */
const others = (registry: Registry, but: string | null): { kid: string; place: AssertedPlace }[] =>
  registry.all().flatMap(({ kid, place, status }) => {
    return place === null || status !== 'active' || kid === but ? [] : [{ kid, place }]
  })

const previewView = (preview: DensityPreview, ruleset: string) => ({
  ruleset,
  ...preview,
  words: previewInWords(preview),
})

/** What density makes of a cell before it is asserted. `kid` is the hotspot that would stand there. */
const preview = ({ registry, epochs }: CoverageDeps, { query }: Request): Answer => {
  const cell = query.get('cell') ?? ''
  if (cellToWire(cell) === null || !cell.startsWith(placeResolution)) {
    return errorAnswer({ code: 'place/not-a-cell', detail: `?cell=${cell}` })
  }
  const { density: rules, name } = epochs.ruleset
  if (rules === undefined) return { value: previewView({ scale: 1, better: null }, name) }
  const cells = others(registry, query.get('kid')).map(({ place }) => place.cell)
  return { value: previewView(densityPreview({ cell, others: cells, rules, centreOf, ...previewRings }), name) }
}

const positionSchema = standardSchemas.find(({ name }) => name === 'position')?.id

/** What the newest position that the device measured says about its asserted place. Its own word: it proves nothing. */
const gnssOf = ({ store, epochs }: CoverageDeps, kid: string, place: AssertedPlace | null) => {
  const { location } = epochs.ruleset
  const row = store.log.latest().find((one) => one.kid === kid && one.schema === positionSchema)
  const [latE7, lngE7, , accuracyDm] = row?.cells ?? []
  if (location === undefined || place === null || typeof latE7 !== 'number' || typeof lngE7 !== 'number') return null
  const accuracyM = typeof accuracyDm === 'number' ? accuracyDm / 10 : null
  return gnssSupport({ ...place, gainDbi: place.gainDdbi / 10 }, { latE7, lngE7, accuracyM }, location)
}

/** Who heard whom in the last epochs, and what became of what a device submitted. */
const coverage = (deps: CoverageDeps, { params: [kid = ''], query }: Request): Answer => {
  const { store, registry, epochs } = deps
  const device = registry.get(kid)
  if (device === null) return errorAnswer({ code: 'device/unknown', detail: kid })
  const asked = Number(query.get('epochs') ?? epochsDefault)
  const count = Number.isInteger(asked) && asked > 0 ? Math.min(asked, epochsMax) : epochsDefault
  const closed = store.epochs.newest(count)
  const from = closed[closed.length - 1]?.epoch ?? 0
  const pairs = store.epochs.heard(kid, from)
  const { place } = device
  const near =
    place === null ? null : others(registry, kid).filter((one) => distanceM(place, one.place) <= nearM).length
  return {
    value: {
      kid,
      ruleset: epochs.ruleset.name,
      epochs: { count: closed.length, from: closed.length === 0 ? null : from, to: closed[0]?.epoch ?? null },
      heardBy: pairs.filter(({ sender }) => sender === kid).map(({ hearer }) => hearer),
      hears: pairs.filter(({ hearer }) => hearer === kid).map(({ sender }) => sender),
      submissions: store.epochs.codesOfDevice(kid, from),
      near,
      gnss: gnssOf(deps, kid, place),
    },
  }
}

/** Reading the log takes long: who asks again so soon gets the same map. */
const mapRestMs = 60_000
const mapEntriesMax = 200_000

/** Coverage as trackers met it, as `hexfix poc map` tells it. */
const openMap = ({ store, epochs, now }: CoverageDeps): (() => Answer) => {
  let last: { readonly roaming: Roaming; readonly head: number; readonly madeMs: number } | null = null
  return () => {
    const [head, madeMs] = [store.log.head(), now()]
    const isFresh = last !== null && (last.head === head || Math.abs(madeMs - last.madeMs) < mapRestMs)
    if (last === null || !isFresh) {
      last = { roaming: roamingOf(store, epochs.ruleset, mapEntriesMax), head, madeMs }
    }
    return { value: { ruleset: epochs.ruleset.name, ...last.roaming } }
  }
}

/** Verdicts of a report, coverage of a hotspot, and what a place is worth before it is asserted. */
export const coverageRoutes = (deps: CoverageDeps): readonly Route[] => [
  {
    method: 'GET',
    path: /^\/v1\/reports\/([0-9]{1,15})\/verdicts$/,
    access: 'read',
    handle: ({ params: [index] }) =>
      deps.store.log.at(Number(index)) === null
        ? errorAnswer({ code: 'api/not-found', detail: `no report ${index}` })
        : { value: { verdicts: deps.epochs.verdictsOf(Number(index)) } },
  },
  {
    method: 'GET',
    path: /^\/v1\/devices\/([0-9a-f]{16})\/coverage$/,
    access: 'read',
    handle: (request) => coverage(deps, request),
  },
  { method: 'GET', path: /^\/v1\/coverage\/map$/, access: 'read', handle: openMap(deps) },
  { method: 'GET', path: /^\/v1\/coverage\/preview$/, access: 'read', handle: (request) => preview(deps, request) },
]
