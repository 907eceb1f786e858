import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSentence } from '../../../device-sdk/sensors/nmea-sentence.ts'
import { sentence } from './nmea-lines.ts'

// The examples that the manuals of receivers print for these sentences.
const gga = '$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47'
const rmc = '$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A'
const place = { lat: 48.1173, lon: expect.closeTo(11.516_666_7, 7) }

describe('a sentence of NMEA 0183', () => {
  it('is read as GGA: place, satellites, HDOP and altitude', () => {
    const fix = { satellites: 8, hdop: 0.9, altitudeM: 545.4 }
    expect(readSentence(gga)).toEqual({ type: 'GGA', time: '123519', place, ...fix })
  })

  it('is read as RMC: place, and knots as metres per second', () => {
    expect(readSentence(rmc)).toEqual({ type: 'RMC', time: '123519', place, speedMs: expect.closeTo(11.5236, 4) })
  })

  it.each(['GN', 'GL', 'GA', 'GB', 'BD', 'P0'])('may be of the talker %s', (talker) => {
    expect(readSentence(sentence(`${talker}RMC,1,V,,,,,,,,,`))).toBe(null)
    expect(readSentence(sentence(`${talker}RMC,000001.00,V,,,,,,,,,,N`))).toMatchObject({ type: 'RMC', place: null })
  })

  it('puts south and west under zero', () => {
    const south = sentence('GNGGA,120000.00,3351.36000,S,15112.60000,W,1,09,1.1,10.0,M,,M,,')
    expect(readSentence(south)).toMatchObject({ place: { lat: -33.856, lon: expect.closeTo(-151.21, 9) } })
  })

  it('has no place without a fix, before the receiver knows the time too', () => {
    expect(readSentence(sentence('GPGGA,,,,,,0,00,99.99,,,,,,'))).toMatchObject({ type: 'GGA', place: null, time: '' })
    expect(readSentence(sentence('GPRMC,,V,,,,,,,,,,N'))).toMatchObject({ type: 'RMC', place: null })
  })

  it('may be one that says nothing of the place', () => {
    expect(readSentence(sentence('GPGSV,3,1,11,03,03,111,00'))).toEqual({ type: 'other' })
  })

  it('is refused where any one character is another one', () => {
    const at = fc.integer({ min: 1, max: gga.length - 4 })
    const character = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code))
    fc.assert(
      fc.property(at, character, (i, other) => {
        fc.pre(gga[i] !== other)
        expect(readSentence(gga.slice(0, i) + other + gga.slice(i + 1))).toBeNull()
      }),
    )
  })

  it.each([
    ['no checksum', gga.slice(0, -3)],
    ['half of it', gga.slice(20)],
    ['nothing', ''],
    ['latitude over a pole', sentence('GPGGA,120000,9000.01,N,01131.000,E,1,08,0.9,5.4,M,,M,,')],
    ['sixty minutes', sentence('GPGGA,120000,4860.000,N,01131.000,E,1,08,0.9,5.4,M,,M,,')],
    ['no hemisphere', sentence('GPGGA,120000,4807.038,,01131.000,E,1,08,0.9,5.4,M,,M,,')],
    ['a fix without a place', sentence('GPGGA,120000,,,,,1,08,0.9,5.4,M,,M,,')],
    ['a height of NaN', sentence('GPGGA,120000,4807.038,N,01131.000,E,1,08,0.9,NaN,M,,M,,')],
    ['an unknown status', sentence('GPRMC,120000,X,4807.038,N,01131.000,E,0,,230394,,')],
    ['a speed in hexadecimal', sentence('GPRMC,120000,A,4807.038,N,01131.000,E,0x10,,230394,,')],
    ['too few fields', sentence('GPGGA,120000')],
  ])('is refused with %s', (_, line) => {
    expect(readSentence(line)).toBeNull()
  })

  it('never throws, whatever the line', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => void [readSentence(a), readSentence(sentence(b))]))
  })
})
