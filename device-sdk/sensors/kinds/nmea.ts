import { nmeaSensor } from '../nmea.ts'
import { isBaud, pathAndNumbers } from './forms.ts'
import type { Kind } from './kind.ts'

export const nmea: Kind = {
  name: 'nmea',
  forms: ['nmea:PORT[:BAUD]'],
  open: (rest, options) => {
    const { path, numbers } = pathAndNumbers(rest, 1)
    const [baud] = numbers
    if (rest === '' || !isBaud(baud)) return null
    return nmeaSensor({ ...options, path, ...(baud === undefined ? {} : { baud }) })
  },
}
