import { createHash } from 'node:crypto'

/** Degrees (WGS 84). */
export type Place = { readonly lat: number; readonly lng: number }
/** A radio as the air knows it: where it truly stands, and its antenna's gain in dBi. */
export type Station = { readonly place: Place; readonly gainDbi: number }
export type Signal = { readonly freqKhz: number; readonly dr: number; readonly txDdbm: number }
/** RSSI in 0.1 dBm, SNR in 0.1 dB. */
export type Reception = { readonly rssiDdbm: number; readonly snrDdb: number }

const earthRadiusM = 6_371_008.8
const lightMPerS = 2.998e8

/** What a link loses beyond free space: clutter at both ends, and an exponent over 2 past the reference distance. */
const clutterDb = 14
const exponent = 2.7
const referenceM = 100
const shadowingDb = 5
/** No link loses less than this beyond free space. Why 12: receivers count gains in whole dB, which takes up to 2 from the limit. */
const excessDbMin = 12

const noiseFigureDb = 6
const thermalDbmPerHz = -174
/** What a demodulator reports at most, however strong the signal. */
const snrDbMax = 13

/** LoRa as EU868 numbers it: DR0 is SF12 at 125 kHz. The least SNR is that of Semtech's SX1276 datasheet, table 13. */
const dataRates = [
  { bandwidthHz: 125_000, snrDbMin: -20 },
  { bandwidthHz: 125_000, snrDbMin: -17.5 },
  { bandwidthHz: 125_000, snrDbMin: -15 },
  { bandwidthHz: 125_000, snrDbMin: -12.5 },
  { bandwidthHz: 125_000, snrDbMin: -10 },
  { bandwidthHz: 125_000, snrDbMin: -7.5 },
  { bandwidthHz: 250_000, snrDbMin: -7.5 },
] as const
const drDefault = dataRates[5]

/** Great-circle distance in metres (haversine). */
export const distanceM = (a: Place, b: Place): number => {
  const radians = Math.PI / 180
  const sinLat = Math.sin(((b.lat - a.lat) * radians) / 2)
  const sinLng = Math.sin(((b.lng - a.lng) * radians) / 2)
  const h = sinLat * sinLat + Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * sinLng * sinLng
  return 2 * earthRadiusM * Math.asin(Math.min(1, Math.sqrt(h)))
}

/** Friis; at least one metre, for nearer than that there is no far field. */
export const freeSpaceLossDb = (metres: number, freqKhz: number): number =>
  20 * Math.log10((4 * Math.PI * Math.max(1, metres) * freqKhz * 1000) / lightMPerS)

/** Shadowing of a pair of places, normal with 5 dB. The same in both directions and in every run with this seed. */
export const shadowDb = (seed: number, a: Place, b: Place): number => {
  const names = [a, b].map(({ lat, lng }) => `${lat.toFixed(5)},${lng.toFixed(5)}`).sort()
  const hash = createHash('sha256')
    .update(`${seed} ${names.join(' ')}`)
    .digest()
  const [u, v] = [0, 4].map((at) => (hash.readUInt32BE(at) + 1) / 2 ** 32) as [number, number]
  return shadowingDb * Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v)
}

/** Log-distance path loss with shadowing, in dB; at least 12 dB over free space. */
export const pathLossDb = (seed: number, a: Place, b: Place, freqKhz: number): number => {
  const metres = distanceM(a, b)
  const slopeDb = 10 * (exponent - 2) * Math.log10(Math.max(metres, referenceM) / referenceM)
  const excessDb = Math.max(excessDbMin, clutterDb + slopeDb + shadowDb(seed, a, b))
  return freeSpaceLossDb(metres, freqKhz) + excessDb
}

/**
 * What `to` receives of a signal that `from` sends; null below the sensitivity of its data rate.
 * Left out: terrain, correlation of shadowing between neighbours, fading from frame to frame, interference, collisions.
 */
export const receive = (seed: number, from: Station, to: Station, signal: Signal): Reception | null => {
  const lossDb = pathLossDb(seed, from.place, to.place, signal.freqKhz)
  const rssiDbm = signal.txDdbm / 10 + from.gainDbi + to.gainDbi - lossDb
  const { bandwidthHz, snrDbMin } = dataRates[signal.dr] ?? drDefault
  const snrDb = rssiDbm - (thermalDbmPerHz + 10 * Math.log10(bandwidthHz) + noiseFigureDb)
  if (snrDb < snrDbMin) return null
  return { rssiDdbm: Math.round(rssiDbm * 10), snrDdb: Math.round(Math.min(snrDb, snrDbMax) * 10) }
}
