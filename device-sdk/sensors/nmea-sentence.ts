/**
 * The two sentences of NMEA 0183 that say where a receiver is. `time` is the UTC time of day as it was sent, which marks the
 * sentences of one measurement; a place is null where the receiver says that it has no fix.
 */
export type Place = { readonly lat: number; readonly lon: number }
export type Sentence =
  | {
      readonly type: 'GGA'
      readonly time: string
      readonly place: Place | null
      readonly satellites: number | null
      readonly hdop: number | null
      readonly altitudeM: number | null
    }
  | { readonly type: 'RMC'; readonly time: string; readonly place: Place | null; readonly speedMs: number | null }
  | { readonly type: 'other' }

/** `$`, address, fields, `*`, checksum: the XOR of all between `$` and `*`. Clause 5.3; at most 82 characters in the standard. */
const framePattern = /^\$([A-Z0-9]{2})([A-Z0-9]{3}),([\x20-\x7e]*)\*([0-9A-Fa-f]{2})$/
const metresPerSecondPerKnot = 1852 / 3600

const numberIn = (text: string | undefined): number | null | undefined => {
  if (text === undefined || text === '') return null
  return /^-?\d+(\.\d*)?$/.test(text) ? Number(text) : undefined
}

/** `ddmm.mmmm` or `dddmm.mmmm` with its hemisphere, as degrees. */
const degreesIn = (text: string, hemisphere: string, letters: string, max: number): number | undefined => {
  const [, degrees, minutes] = /^(\d{2,3})(\d{2}(?:\.\d*)?)$/.exec(text) ?? []
  if (degrees === undefined || minutes === undefined || Number(minutes) >= 60) return undefined
  const side = letters.indexOf(hemisphere)
  const value = Number(degrees) + Number(minutes) / 60
  if (side < 0 || hemisphere === '' || value > max) return undefined
  return side === 0 ? value : -value
}

const placeIn = (lat = '', ns = '', lon = '', ew = ''): Place | undefined => {
  const north = degreesIn(lat, ns, 'NS', 90)
  const east = degreesIn(lon, ew, 'EW', 180)
  return north === undefined || east === undefined ? undefined : { lat: north, lon: east }
}

const isTime = (text: string | undefined): text is string => text !== undefined && /^(\d{6}(\.\d*)?)?$/.test(text)

const readGga = (fields: readonly string[]): Sentence | null => {
  const [time, lat, ns, lon, ew, quality, ...rest] = fields
  const [satellites, hdop, altitudeM] = rest.slice(0, 3).map(numberIn)
  const place = quality === '0' ? null : placeIn(lat, ns, lon, ew)
  if (!isTime(time) || quality === undefined || !/^[0-9]$/.test(quality) || place === undefined) return null
  if (satellites === undefined || hdop === undefined || altitudeM === undefined) return null
  return { type: 'GGA', time, place, satellites, hdop, altitudeM }
}

const readRmc = (fields: readonly string[]): Sentence | null => {
  const [time, status, lat, ns, lon, ew, speed] = fields
  const knots = numberIn(speed)
  const place = status === 'V' ? null : placeIn(lat, ns, lon, ew)
  if (!isTime(time) || (status !== 'A' && status !== 'V') || place === undefined || knots === undefined) return null
  return { type: 'RMC', time, place, speedMs: knots === null ? null : knots * metresPerSecondPerKnot }
}

/**
 * Reads one line of NMEA 0183 without its line end, of any talker (GP, GN, GL, GA, GB, ...).
 * @returns null where the checksum does not hold, the line has no form, or a GGA or RMC holds what it cannot.
 */
export const readSentence = (line: string): Sentence | null => {
  const [, , type, body, checksum] = framePattern.exec(line) ?? []
  if (type === undefined || body === undefined || checksum === undefined) return null
  let sum = 0
  for (const character of line.slice(1, -3)) sum ^= character.charCodeAt(0)
  if (sum !== Number.parseInt(checksum, 16)) return null
  const fields = body.split(',')
  if (type === 'GGA') return readGga(fields)
  return type === 'RMC' ? readRmc(fields) : { type: 'other' }
}
