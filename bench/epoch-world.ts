import { cellToLatLng, latLngToCell } from 'h3-js'
import type { Evidence, Place } from '../gateway/coverage/index.ts'
import { randomOf } from './poc-world.ts'

type Size = { readonly receipts: number; readonly hotspots: number }

/** An epoch in memory, as it is after ingest: whoever heard a beacon is at most about 10 km from it. */
export type EpochWorld = {
  readonly kids: readonly string[]
  readonly places: ReadonlyMap<string, Place>
  readonly addresses: ReadonlyMap<string, Uint8Array>
  readonly evidence: readonly Evidence[]
}

const witnessesOfBeacon = 10
const startMs = 1_790_000_000_000
const spanMs = 86_400_000
const hex16 = (value: number): string => value.toString(16).padStart(16, '0')

const placeOf = (lat: number, lng: number, gainDbi: number): Place => {
  const cell = latLngToCell(lat, lng, 12)
  const [centreLat, centreLng] = cellToLatLng(cell)
  return { cell, latE7: Math.round(centreLat * 1e7), lngE7: Math.round(centreLng * 1e7), gainDbi }
}

const addressOf = (n: number): Uint8Array => {
  const address = new Uint8Array(20)
  new DataView(address.buffer).setUint32(16, n)
  return address
}

/** Hotspots on a grid of about 700 m. About one report of 100 each is too loud, off the frequency, late, or comes twice. */
export const epochWorld = ({ receipts, hotspots }: Size): EpochWorld => {
  const random = randomOf(1)
  const side = Math.ceil(Math.sqrt(hotspots))
  const kids = Array.from({ length: hotspots }, (_, n) => hex16(n + 1))
  const places = new Map(
    kids.map((kid, n): [string, Place] => {
      const [lat, lng] = [46 + Math.floor(n / side) * 0.0063, 8 + (n % side) * 0.0094]
      return [kid, placeOf(lat + random(900) / 1e6, lng + random(900) / 1e6, random(90) / 10)]
    }),
  )
  const addresses = new Map(kids.map((kid, n): [string, Uint8Array] => [kid, addressOf(n)]))
  const evidence: Evidence[] = []
  const beacons = Math.ceil(receipts / witnessesOfBeacon)
  for (let n = 0; n < beacons; n++) {
    const from = random(hotspots)
    const receivedMs = startMs + Math.floor((n * spanMs) / beacons)
    const freqKhz = 867_100 + 200 * random(8)
    const beaconId = hex16(2 ** 40 + n)
    const common = { logIndex: evidence.length, item: 0, beaconId }
    evidence.push({ kind: 'beacon', ...common, kid: kids[from] ?? '', receivedMs, freqKhz, txDbm: 14 })
    for (let k = 0; k < witnessesOfBeacon && n * witnessesOfBeacon + k < receipts; k++) {
      const at = from + (random(21) - 10) * side + random(21) - 10
      evidence.push({
        kind: 'witness',
        logIndex: evidence.length,
        item: 0,
        beaconId,
        kid: kids[(at + hotspots) % hotspots] ?? '',
        receivedMs: receivedMs + 100 + random(4_000),
        rssiDbm: random(100) === 0 ? -40 : -90 - random(400) / 10,
        snrDb: random(200) / 10 - 10,
        freqKhz: random(100) === 0 ? freqKhz + 200 : freqKhz,
      })
    }
  }
  return { kids, places, addresses, evidence }
}
