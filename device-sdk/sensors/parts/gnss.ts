import { fail } from '../../protocol/result.ts'
import { trackNmea } from '../nmea-track.ts'
import type { Measured, Part, Uart } from './part.ts'

/** Receivers give a position each second, slow ones each five. */
const withinMs = 7_000

/** A GNSS receiver that sends NMEA 0183, under schema 4. Errors of a reading: sensor/no-fix, sensor/silent, sensor/garbled. */
export const gnss = (line: Uart): Part => ({
  schema: 4,
  read: (done) => {
    const finish = (measured: Measured): void => {
      clearTimeout(timer)
      line.listen(null)
      done(measured)
    }
    const track = trackNmea(finish, 'midway')
    const timer = setTimeout(() => {
      finish(fail(track.malformed() > 0 ? 'sensor/garbled' : 'sensor/silent', 'GNSS'))
    }, withinMs)
    line.listen((bytes) => {
      let text = ''
      for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i] as number)
      track.feed(text)
    })
  },
})
