import type { Result } from '../protocol/result.ts'
import { fail, ok } from '../protocol/result.ts'
import type { Sentence } from './nmea-sentence.ts'
import { readSentence } from './nmea-sentence.ts'

/** lat, lon, altitude in m over the sea, accuracy in m, speed in m/s: the fields of schema 4. */
export type Position = Result<readonly (number | null)[]>

type Gga = Extract<Sentence, { type: 'GGA' }>
type Rmc = Extract<Sentence, { type: 'RMC' }>

/**
 * Metres of error for an HDOP of one. A receiver tells the geometry of its satellites, not its error: this is the usual
 * standard deviation of a range of a single-frequency receiver without corrections, so accuracy is an estimate of 1 sigma.
 */
export const metresPerHdop = 5
const lineCharactersMax = 1024

const positionOf = (gga: Gga | null, rmc: Rmc | null): Position => {
  const place = gga?.place ?? rmc?.place ?? null
  // One `no fix` outweighs the place of the other: that place is an old one.
  if (place === null || gga?.place === null || rmc?.place === null) {
    const satellites = gga?.satellites ?? null
    return fail('sensor/no-fix', satellites === null ? 'no fix' : `no fix, ${satellites} satellites`)
  }
  const accuracyM = gga?.hdop == null ? null : gga.hdop * metresPerHdop
  return ok([place.lat, place.lon, gga?.altitudeM ?? null, accuracyM, rmc?.speedMs ?? null])
}

export type Track = {
  /** Takes characters as they come, in pieces of any size. */
  feed(text: string): void
  /** Tells what is held: nothing comes after it. */
  end(): void
  malformed(): number
}

/**
 * Puts the sentences of one measurement together: GGA and RMC of the same time are one position; a receiver that sends only
 * one of them has its position told when the next measurement begins. What stands before the first line end is passed over,
 * for a line that was opened midway begins with half a sentence.
 */
export const trackNmea = (onPosition: (position: Position) => void, from: 'midway' | 'start'): Track => {
  let rest = ''
  let aligned = from === 'start'
  let malformed = 0
  let gga: Gga | null = null
  let rmc: Rmc | null = null

  const tell = (): void => {
    if (gga !== null || rmc !== null) onPosition(positionOf(gga, rmc))
    gga = null
    rmc = null
  }
  const take = (line: string): void => {
    const sentence = readSentence(line)
    if (sentence === null) malformed++
    if (sentence === null || sentence.type === 'other') return
    const held = gga ?? rmc
    if (held !== null && (held.time !== sentence.time || held.type === sentence.type)) tell()
    if (sentence.type === 'GGA') gga = sentence
    else rmc = sentence
    if (gga !== null && rmc !== null) tell()
  }
  return {
    feed: (text) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const whole = line.endsWith('\r') ? line.substring(0, line.length - 1) : line
        if (aligned && whole !== '') take(whole)
        aligned = true
      }
      if (rest.length <= lineCharactersMax) return
      // No sentence is as long: this is noise without a line end.
      malformed++
      rest = ''
      aligned = false
    },
    end: tell,
    malformed: () => malformed,
  }
}
