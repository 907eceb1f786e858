import { latLngToCell } from 'h3-js'
import type { Result } from '../device-sdk/protocol/index.ts'
import { fail, ok } from '../device-sdk/protocol/index.ts'

/** Cells of about 307 m2: what an owner's claim of a place is rounded to. https://h3geo.org/docs/core-library/restable */
const resolution = 12
const within = (value: number, least: number, most: number): boolean => value >= least && value <= most

/** A place as it is signed: the cell of resolution 12, 0.1 m above the sea, 0.1 dBi. */
export type Location = { readonly cell: string; readonly altitudeDm: number; readonly gainDdbi: number }

/** From texts as people write them: degrees, dBi, metres. Gain from -20 to 30 dBi, height from -500 to 10 000 m. */
export const readLocation = (lat: string, lng: string, gain: string, height: string): Result<Location> => {
  const [latDeg, lngDeg, gainDbi, heightM] = [lat, lng, gain, height].map((text) =>
    text.trim() === '' ? Number.NaN : Number(text),
  ) as [number, number, number, number]
  if (!within(latDeg, -90, 90) || !within(lngDeg, -180, 180)) return fail('place/not-a-cell', `${lat}, ${lng}`)
  if (!within(gainDbi, -20, 30)) return fail('place/not-a-cell', `gain ${gain} is not from -20 to 30 dBi`)
  if (!within(heightM, -500, 10_000)) return fail('place/not-a-cell', `height ${height} is not from -500 to 10000 m`)
  return ok({
    cell: latLngToCell(latDeg, lngDeg, resolution),
    altitudeDm: Math.round(heightM * 10),
    gainDdbi: Math.round(gainDbi * 10),
  })
}
