import type { Failure, Result } from '../protocol/index.ts'
import { fail, ok } from '../protocol/index.ts'
import { energyMeterSensor } from './energy-meter.ts'
import { meters } from './energy-meters.ts'
import { firmataParts, firmataSensor } from './firmata.ts'
import { hostSensor } from './host.ts'
import { nmeaSensor } from './nmea.ts'
import { replaySensor } from './replay.ts'
import type { Sensor } from './sensor.ts'

type Options = {
  /** Told what is wrong with a sensor that works all the same. */
  readonly onFault?: (fault: Failure) => void
}

const weatherSchema = 1

/** What `openSensor` takes, for people. */
const known = [
  'host',
  'replay:FILE',
  ...Object.keys(firmataParts).map((part) => `firmata:${part}:PORT`),
  'nmea:PORT[:BAUD]',
  ...Object.keys(meters).map((meter) => `modbus:${meter}:PORT[:BAUD[:UNIT]]`),
]

/**
 * The path of a port with at most `most` numbers after it. Why not split at colons: /dev/serial/by-path/pci-0000:00:14.0
 * has some of its own, and none of its parts is a whole number at the end.
 */
const pathAndNumbers = (text: string, most: number): { path: string; numbers: number[] } => {
  const tail = new RegExp(`^(.+?)((?::\\d{1,7}){0,${most}})$`, 's').exec(text)
  const numbers = (tail?.[2] ?? '').split(':').filter((part) => part !== '')
  return { path: tail?.[1] ?? text, numbers: numbers.map(Number) }
}

const isBaud = (baud: number | undefined): boolean => baud === undefined || baud >= 300
/** Modbus over serial line V1.02, section 2.2: 0 is for all, 248 and up are reserved. */
const isUnit = (unit: number | undefined): boolean => unit === undefined || (unit >= 1 && unit <= 247)

/**
 * The sensor that a command line names: `host` is this machine's telemetry, `replay:FILE` a CSV of weather; `firmata:PART`,
 * `nmea` and `modbus:METER` are at a serial port, which is opened at the first reading and again after it vanished.
 * Errors: sensor/unknown-kind, and those of `replaySensor` and `nmeaSensor` for files.
 */
export const openSensor = async (spec: string, options: Options = {}): Promise<Result<Sensor>> => {
  if (spec === 'host') return ok(hostSensor())
  const [, kind, rest = ''] = /^(replay|nmea|firmata|modbus):(.+)$/s.exec(spec) ?? []
  if (kind === 'replay') return replaySensor({ ...options, file: rest, schema: weatherSchema })
  if (kind === 'nmea') {
    const { path, numbers } = pathAndNumbers(rest, 1)
    const [baud] = numbers
    if (isBaud(baud)) return nmeaSensor({ ...options, path, ...(baud === undefined ? {} : { baud }) })
  }
  const [, name = '', port = ''] = /^([^:]+):(.+)$/s.exec(rest) ?? []
  if (kind === 'firmata' && Object.hasOwn(firmataParts, name)) return ok(firmataSensor({ part: name, path: port }))
  if (kind === 'modbus' && Object.hasOwn(meters, name)) {
    const { path, numbers } = pathAndNumbers(port, 2)
    const [baud, unit] = numbers
    if (isBaud(baud) && isUnit(unit))
      return ok(
        energyMeterSensor({
          meter: name,
          path,
          ...(baud === undefined ? {} : { baud }),
          ...(unit === undefined ? {} : { unit }),
        }),
      )
  }
  return fail('sensor/unknown-kind', `"${spec}"; known: ${known.join(', ')}`)
}
