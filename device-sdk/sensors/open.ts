import type { Result } from '../protocol/index.ts'
import { fail } from '../protocol/index.ts'
import type { Kind, OpenSensorOptions } from './kinds.ts'
import { firmata, host, i2c, modbus, nmea, replay, sds011 } from './kinds.ts'
import type { Sensor } from './sensor.ts'

/**
 * The sensor that a command line names, of the kinds that are given: `host` is this machine's telemetry, `replay:FILE` a CSV
 * of weather; all others are at a port or a bus, which is opened at the first reading and again after it vanished.
 * Errors: sensor/unknown-kind, and those of `replaySensor` and `nmeaSensor` for files.
 */
export const openSensorOf =
  (kinds: readonly Kind[]) =>
  async (spec: string, options: OpenSensorOptions = {}): Promise<Result<Sensor>> => {
    const [, name = '', rest = ''] = /^([^:]+):?(.*)$/s.exec(spec) ?? []
    const opened = await kinds.find((kind) => kind.name === name)?.open(rest, options)
    const known = kinds.flatMap(({ forms }) => forms).join(', ')
    return opened ?? fail('sensor/unknown-kind', `"${spec}"; known: ${known}`)
  }

export const openSensor = openSensorOf([host, replay, firmata, i2c, nmea, sds011, modbus])
