import type { Result } from '../protocol/index.ts'
import { fail, ok } from '../protocol/index.ts'
import { hostSensor } from './host.ts'
import { replaySensor } from './replay.ts'
import type { Sensor } from './sensor.ts'

/** Opens the sensor that a command line names: `host`, or `replay:FILE.csv`. */
export const openSensor = async (spec: string): Promise<Result<Sensor>> => {
  if (spec === 'host') return ok(hostSensor())
  if (spec.startsWith('replay:')) return replaySensor(spec.slice('replay:'.length))
  return fail('sensor/unknown-kind', `${spec}: known are host and replay:FILE.csv`)
}
