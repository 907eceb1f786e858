import { cellToBoundary, cellToParent } from 'h3-js'
import { codes, kidOf, wordsOf } from '../../device-sdk/protocol/index.ts'
import { sha256 } from '../../device-sdk/signer/index.ts'
import { pageFiles } from '../dashboard/index.ts'
import type { Registry } from '../registry/index.ts'
import type { Device, Store } from '../store/index.ts'
import type { Answer, Route } from './http.ts'
import { errorAnswer } from './http.ts'

export type PageDeps = {
  readonly store: Store
  readonly registry: Registry
  isConnected(kid: string): boolean
}

/** What is shown of a place: its hex of this resolution, some 460 m from corner to centre, and never the place itself. */
const shownResolution = 8
const epochsShown = 3

/** A page that runs nothing but its own files, and speaks to this machine alone. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self' http://127.0.0.1:*",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const mapView = ({ store, registry, isConnected }: PageDeps): Answer => {
  const cells = new Map<string, Device[]>()
  const cellOf = new Map<string, string>()
  for (const device of registry.all()) {
    if (device.place === null || device.status === 'revoked') continue
    const cell = cellToParent(device.place.cell, shownResolution)
    cellOf.set(device.kid, cell)
    cells.set(cell, [...(cells.get(cell) ?? []), device])
  }
  const hexes = [...cells].map(([cell, devices]) => ({
    cell,
    boundary: cellToBoundary(cell),
    devices: devices.map((device) => {
      const { kid, name, status } = device
      return { kid, name, words: wordsOf(kidOf(device.publicKey, sha256)), status, connected: isConnected(kid) }
    }),
  }))
  const centre = (kid: string | undefined): readonly [number, number] | null => {
    const ring = hexes.find(({ cell }) => cell === cellOf.get(kid ?? ''))?.boundary
    if (ring === undefined) return null
    const mean = (i: 0 | 1): number => ring.reduce((sum, point) => sum + point[i], 0) / ring.length
    return [mean(0), mean(1)]
  }
  const verdicts = store.epochs.newest(epochsShown).flatMap(({ epoch }) => store.epochs.verdicts(epoch))
  const beaconers = new Map(
    verdicts.filter(({ kind }) => kind === 'beacon').map(({ beaconId, kid }) => [beaconId, kid]),
  )
  const links = new Map<string, unknown>()
  for (const { kind, kid, beaconId, code, logIndex } of verdicts) {
    const from = kind === 'witness' ? centre(beaconers.get(beaconId)) : null
    const to = centre(kid)
    if (from !== null && to !== null)
      links.set(`${beaconers.get(beaconId)} ${kid} ${code}`, { from, to, code, logIndex })
  }
  return { value: { hexes, links: [...links.values()] } }
}

const meanings = Object.fromEntries(Object.entries(codes).map(([code, { meaning, next }]) => [code, { meaning, next }]))

/** The page, and what only it asks for. */
export const pageRoutes = (deps: PageDeps): readonly Route[] => {
  const files = pageFiles()
  const file = (name: string): Answer => {
    const found = files.get(name)
    return found === undefined
      ? errorAnswer({ code: 'api/not-found', detail: `${name}: the page was not built` })
      : { raw: found.bytes, type: found.type, headers: { 'content-security-policy': policy } }
  }
  return [
    { method: 'GET', path: /^\/$/, access: 'public', handle: () => file('index.html') },
    { method: 'GET', path: /^\/page\/([a-z.]+)$/, access: 'public', handle: ({ params: [name = ''] }) => file(name) },
    { method: 'GET', path: /^\/v1\/map$/, access: 'read', handle: () => mapView(deps) },
    { method: 'GET', path: /^\/v1\/codes$/, access: 'public', handle: () => ({ value: { codes: meanings } }) },
  ]
}
