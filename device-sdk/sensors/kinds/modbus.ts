import { ok } from '../../protocol/index.ts'
import { energyMeterSensor } from '../energy-meter.ts'
import { meters } from '../energy-meters.ts'
import { isBaud, nameAndPort, pathAndNumbers } from './forms.ts'
import type { Kind } from './kind.ts'

/** Modbus over serial line V1.02, section 2.2: 0 is for all, 248 and up are reserved. */
const isUnit = (unit: number | undefined): boolean => unit === undefined || (unit >= 1 && unit <= 247)

export const modbus: Kind = {
  name: 'modbus',
  forms: Object.keys(meters).map((meter) => `modbus:${meter}:PORT[:BAUD[:UNIT]]`),
  open: (rest) => {
    const [meter, port] = nameAndPort(rest)
    const { path, numbers } = pathAndNumbers(port, 2)
    const [baud, unit] = numbers
    if (!Object.hasOwn(meters, meter) || !isBaud(baud) || !isUnit(unit)) return null
    const chosen = { ...(baud === undefined ? {} : { baud }), ...(unit === undefined ? {} : { unit }) }
    return ok(energyMeterSensor({ meter, path, ...chosen }))
  },
}
