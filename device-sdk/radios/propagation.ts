/** What a simulated receiver gets. Nothing here is judged: rules have mathematics of their own. */
export type Station = { readonly lat: number; readonly lng: number; readonly gainDbi: number }

const earthKm = 6371.0088
const lightMs = 2.998e8
/** Loss beyond free space: an exponent of 2.7 instead of 2 past 100 m, and clutter. */
const referenceM = 100
const excessExponent = 0.7
const clutterDb = 12
const shadowingDb = 4
/** Thermal noise in 125 kHz with a noise figure of 6 dB. */
const noiseDbm = -117
/** SX1302 at SF7 in 125 kHz, rounded. */
const sensitivityDbm = -126

export const distanceM = (a: Station, b: Station): number => {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180
  const half = (x: number): number => Math.sin(x / 2) ** 2
  const h = half(radians(b.lat - a.lat)) + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * half(radians(b.lng - a.lng))
  return 2 * earthKm * 1000 * Math.asin(Math.sqrt(Math.min(1, h)))
}

export const freeSpaceLossDb = (metres: number, freqKhz: number): number =>
  20 * Math.log10((4 * Math.PI * Math.max(metres, 1) * freqKhz * 1000) / lightMs)

/** A shadowing of a pair in dB, the same both ways and at every time; within +- `shadowingDb`. `key` orders the two ends. */
const shadowing = (a: Station, b: Station, seed: number): number => {
  const mix = (station: Station): number => Math.round((station.lat * 7919 + station.lng * 104_729) * 1e4)
  let state = (seed ^ (mix(a) + mix(b)) ^ Math.imul(mix(a) ^ mix(b), 0x9e3779b1)) >>> 0
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b) >>> 0
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35) >>> 0
  return shadowingDb * (((state >>> 8) / 0xff_ffff) * 2 - 1)
}

/** RSSI and SNR at `to`, or null where the signal is under the sensitivity. At least 8 dB under free space, always. */
export const received = (
  from: Station,
  to: Station,
  txDbm: number,
  freqKhz: number,
  seed: number,
): { readonly rssiDbm: number; readonly snrDb: number } | null => {
  const metres = distanceM(from, to)
  const beyond = 10 * excessExponent * Math.log10(Math.max(metres, referenceM) / referenceM)
  const loss = freeSpaceLossDb(metres, freqKhz) + beyond + clutterDb + shadowing(from, to, seed)
  const rssiDbm = txDbm + from.gainDbi + to.gainDbi - loss
  return rssiDbm < sensitivityDbm ? null : { rssiDbm, snrDb: Math.min(rssiDbm - noiseDbm, 12) }
}
