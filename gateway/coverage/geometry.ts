import type { Place } from './evidence.ts'
import { asin, cos, log10, pi, sin } from './exact-math.ts'

/** Mean radius of the Earth (IUGG R1), in metres. */
const earthRadiusM = 6_371_008.8
const radiansPerE7 = pi / 1_800_000_000
/** The speed of light in m/s, as helium/oracles rounds it (iot_verifier, poc.rs). */
const lightSpeed = 2.998e8
const fourPi = 4 * pi

type Centre = Pick<Place, 'latE7' | 'lngE7'>

export const cosLatitude = ({ latE7 }: Pick<Place, 'latE7'>): number => cos(latE7 * radiansPerE7)

/**
 * Great-circle distance in metres by the haversine formula; the same bits in both directions and on every machine.
 * @param cosines - the product of both `cosLatitude`, where it is at hand.
 */
export const distanceM = (a: Centre, b: Centre, cosines = cosLatitude(a) * cosLatitude(b)): number => {
  const sinLat = sin((Math.abs(a.latE7 - b.latE7) * radiansPerE7) / 2)
  const sinLng = sin((Math.abs(a.lngE7 - b.lngE7) * radiansPerE7) / 2)
  const haversine = sinLat * sinLat + cosines * (sinLng * sinLng)
  return 2 * earthRadiusM * asin(Math.sqrt(Math.min(1, haversine)))
}

/** Free-space path loss in dB over `distance` metres; -Infinity at 0. */
export const pathLossDb = (distance: number, freqHz: number): number =>
  20 * log10((fourPi * distance * freqHz) / lightSpeed)

export type Hop = {
  readonly txDbm: number
  /** Antenna gains; whole dB count, rounded down. */
  readonly txGainDbi: number
  readonly rxGainDbi: number
  readonly freqHz: number
  readonly distanceM: number
}

/** The strongest RSSI in dBm that free space allows. Source: helium/oracles, iot_verifier, verify_witness_rssi. */
export const maxRssiDbm = (hop: Hop): number =>
  hop.txDbm + Math.floor(hop.txGainDbi) + Math.floor(hop.rxGainDbi) - pathLossDb(hop.distanceM, hop.freqHz)
