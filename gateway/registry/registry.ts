import { cellToLatLng, latLngToCell } from 'h3-js'
import type { Failure, Result, Sha256 } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import type { AssertedPlace, Device, Store } from '../store/index.ts'

const placeResolution = 12
const e7 = (degrees: number): number => Math.round(degrees * 1e7)

export type PlaceClaim = { readonly lat: number; readonly lng: number; readonly gainDbi: number }

/** The cell of an asserted place and its centre, in integers: rules judge these and never compute them again. */
export const placeOf = ({ lat, lng, gainDbi }: PlaceClaim): Result<AssertedPlace> => {
  if (!(Math.abs(lat) <= 90 && Math.abs(lng) <= 180 && Number.isFinite(gainDbi))) {
    return fail('place/not-a-cell', `latitude ${lat}, longitude ${lng}, gain ${gainDbi} dBi`)
  }
  const cell = latLngToCell(lat, lng, placeResolution)
  const [latitude, longitude] = cellToLatLng(cell)
  return ok({ cell, latE7: e7(latitude), lngE7: e7(longitude), gainDdbi: Math.round(gainDbi * 10) })
}

/** The devices, held in memory over the store: looked up for every message. */
export const openRegistry = (store: Store) => {
  const devices = new Map<string, Device>(store.devices.all().map((device) => [device.kid, device]))
  const unknown = (kid: string): Result<never, Failure> => fail('device/unknown', kid)

  return {
    get: (kid: string): Device | null => devices.get(kid) ?? null,
    all: (): Device[] => [...devices.values()],
    add: (device: Omit<Device, 'status' | 'place'>): Result<Device> => {
      if (!store.devices.insert(device)) return fail('enrol/kid-taken', device.kid)
      const added: Device = { ...device, status: 'active', place: null }
      devices.set(device.kid, added)
      return ok(added)
    },
    revoke: (kid: string): Result<Device> => {
      const device = devices.get(kid)
      if (device === undefined) return unknown(kid)
      store.devices.revoke(kid)
      const revoked: Device = { ...device, status: 'revoked' }
      devices.set(kid, revoked)
      return ok(revoked)
    },
    /** @param fromMs - from when on the place holds: evidence that came before is judged by the one before it. */
    place: (kid: string, place: AssertedPlace, fromMs: number): Result<Device> => {
      const device = devices.get(kid)
      if (device === undefined) return unknown(kid)
      store.devices.place(kid, place)
      store.places.add({ kid, fromMs, ...place })
      const placed: Device = { ...device, place }
      devices.set(kid, placed)
      return ok(placed)
    },
  }
}

export type Registry = ReturnType<typeof openRegistry>
export type HashAndVerify = {
  readonly sha256: Sha256
  readonly verify: (digest: Uint8Array, publicKey: Uint8Array, signature: Uint8Array) => boolean
}
