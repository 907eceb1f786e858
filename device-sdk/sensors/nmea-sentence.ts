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

const metresPerSecondPerKnot = 1852 / 3600

const isDigit = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at)
  return code >= 48 && code <= 57
}

/** Digits from `at` on, with at most one point among them that is not the first. */
const isDecimal = (text: string, at: number): boolean => {
  let points = 0
  if (!isDigit(text, at)) return false
  for (let i = at; i < text.length; i++) {
    if (text[i] === '.') points++
    else if (!isDigit(text, i)) return false
  }
  return points <= 1
}

/** An empty field is null, and what is no number undefined. */
const numberIn = (text: string | undefined): number | null | undefined => {
  if (text === undefined || text === '') return null
  return isDecimal(text, text[0] === '-' ? 1 : 0) ? parseFloat(text) : undefined
}

/** `ddmm.mmmm` or `dddmm.mmmm` with its hemisphere, as degrees. */
const degreesIn = (text: string, hemisphere: string, letters: string, max: number): number | undefined => {
  const point = text.indexOf('.')
  const whole = point < 0 ? text.length : point
  if ((whole !== 4 && whole !== 5) || !isDecimal(text, 0)) return undefined
  const minutes = parseFloat(text.substring(whole - 2))
  const value = parseInt(text.substring(0, whole - 2), 10) + minutes / 60
  const side = letters.indexOf(hemisphere)
  if (minutes >= 60 || side < 0 || hemisphere.length !== 1 || value > max) return undefined
  return side === 0 ? value : -value
}

/** Four fields from `at` on: latitude, N or S, longitude, E or W. */
const placeIn = (fields: readonly string[], at: number): Place | undefined => {
  const north = degreesIn(fields[at] ?? '', fields[at + 1] ?? '', 'NS', 90)
  const east = degreesIn(fields[at + 2] ?? '', fields[at + 3] ?? '', 'EW', 180)
  return north === undefined || east === undefined ? undefined : { lat: north, lon: east }
}

/** hhmmss, with a fraction or without; or nothing. */
const isTime = (text: string | undefined): text is string => {
  if (text === undefined) return false
  const point = text.indexOf('.')
  return text === '' || ((point < 0 ? text.length : point) === 6 && isDecimal(text, 0))
}

const readGga = (fields: readonly string[]): Sentence | null => {
  const time = fields[0]
  const quality = fields[5]
  const satellites = numberIn(fields[6])
  const hdop = numberIn(fields[7])
  const altitudeM = numberIn(fields[8])
  const place = quality === '0' ? null : placeIn(fields, 1)
  if (!isTime(time) || quality === undefined || quality.length !== 1 || !isDigit(quality, 0)) return null
  if (place === undefined || satellites === undefined || hdop === undefined || altitudeM === undefined) return null
  return { type: 'GGA', time, place, satellites, hdop, altitudeM }
}

const readRmc = (fields: readonly string[]): Sentence | null => {
  const time = fields[0]
  const status = fields[1]
  const knots = numberIn(fields[6])
  const place = status === 'V' ? null : placeIn(fields, 2)
  if (!isTime(time) || (status !== 'A' && status !== 'V') || place === undefined || knots === undefined) return null
  return { type: 'RMC', time, place, speedMs: knots === null ? null : knots * metresPerSecondPerKnot }
}

const isUpperOrDigit = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at)
  return isDigit(text, at) || (code >= 65 && code <= 90)
}

/** `$`, address of five, `,`, fields, `*`, two hex digits; all printable ASCII. Clause 5.3; at most 82 characters in the standard. */
const isFrame = (line: string): boolean => {
  const end = line.length - 3
  if (line[0] !== '$' || line[6] !== ',' || end < 7 || line[end] !== '*') return false
  for (let i = 1; i < 6; i++) if (!isUpperOrDigit(line, i)) return false
  for (let i = 7; i < end; i++) if (line.charCodeAt(i) < 32 || line.charCodeAt(i) > 126) return false
  const digits = '0123456789abcdef'
  const isHex = (at: number): boolean => digits.indexOf((line[at] as string).toLowerCase()) >= 0
  return isHex(end + 1) && isHex(end + 2)
}

/**
 * Reads one line of NMEA 0183 without its line end, of any talker (GP, GN, GL, GA, GB, ...). Runs on Espruino too.
 * @returns null where the checksum, the XOR of all between `$` and `*`, does not hold, the line has no form, or a GGA or RMC
 * holds what it cannot.
 */
export const readSentence = (line: string): Sentence | null => {
  if (!isFrame(line)) return null
  const end = line.length - 3
  let sum = 0
  for (let i = 1; i < end; i++) sum ^= line.charCodeAt(i)
  if (sum !== parseInt(line.substring(end + 1), 16)) return null
  const type = line.substring(3, 6)
  const fields = line.substring(7, end).split(',')
  if (type === 'GGA') return readGga(fields)
  return type === 'RMC' ? readRmc(fields) : { type: 'other' }
}
