import { cellToLatLng, latLngToCell } from 'h3-js'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { cellToWire, fail, ok } from '../../device-sdk/protocol/index.ts'
import type { AssertedPlace } from '../store/index.ts'

const placeResolution = 12
const e7 = (degrees: number): number => Math.round(degrees * 1e7)

export type PlaceClaim = { readonly lat: number; readonly lng: number; readonly gainDbi: number }

const placeIn = (cell: string, gainDdbi: number, altitudeDm: number | null): AssertedPlace => {
  const [latitude, longitude] = cellToLatLng(cell)
  return { cell, latE7: e7(latitude), lngE7: e7(longitude), gainDdbi, altitudeDm }
}

/** The cell of an asserted place and its centre, in integers: rules judge these and never compute them again. */
export const placeOf = ({ lat, lng, gainDbi }: PlaceClaim): Result<AssertedPlace> => {
  if (!(Math.abs(lat) <= 90 && Math.abs(lng) <= 180 && Number.isFinite(gainDbi))) {
    return fail('place/not-a-cell', `latitude ${lat}, longitude ${lng}, gain ${gainDbi} dBi`)
  }
  return ok(placeIn(latLngToCell(lat, lng, placeResolution), Math.round(gainDbi * 10), null))
}

/** The same for a cell that an owner signed: 15 hex digits of an H3 index of resolution 12. */
export const placeOfCell = (cell: string, gainDdbi: number, altitudeDm: number): Result<AssertedPlace> => {
  // H3 index bit layout: the resolution is the second digit.
  const isPlace = cellToWire(cell) !== null && Number.parseInt(cell.charAt(1), 16) === placeResolution
  return isPlace ? ok(placeIn(cell, gainDdbi, altitudeDm)) : fail('place/not-a-cell', cell)
}
