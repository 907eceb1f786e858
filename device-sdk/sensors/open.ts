import type { Failure, Result } from '../protocol/index.ts'
import { fail, ok } from '../protocol/index.ts'
import { hostSensor } from './host.ts'
import { replaySensor } from './replay.ts'
import type { Sensor } from './sensor.ts'

type Options = {
  /** Told what is wrong with a sensor that works all the same. */
  readonly onFault?: (fault: Failure) => void
}

const weatherSchema = 1

/**
 * The sensor that a command line names: `host` is this machine's telemetry, `replay:FILE` a CSV of weather.
 * Errors: sensor/unknown-kind, and those of `replaySensor`.
 */
export const openSensor = async (spec: string, options: Options = {}): Promise<Result<Sensor>> => {
  if (spec === 'host') return ok(hostSensor())
  const file = /^replay:(.+)$/s.exec(spec)?.[1]
  if (file !== undefined) return replaySensor({ ...options, file, schema: weatherSchema })
  return fail('sensor/unknown-kind', `"${spec}"; known: host, replay:FILE`)
}
