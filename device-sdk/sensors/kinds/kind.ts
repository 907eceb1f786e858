import type { Failure, Result } from '../../protocol/index.ts'
import { fail } from '../../protocol/index.ts'
import type { Sensor } from '../sensor.ts'

export type OpenSensorOptions = {
  /** Told what is wrong with a sensor that works all the same. */
  readonly onFault?: (fault: Failure) => void
}

/** A kind of sensor, by the word before the first colon of its name. Each stands alone: a program carries only what it names. */
export type Kind = {
  readonly name: string
  /** What it takes, for people. */
  readonly forms: readonly string[]
  /** @param rest - what follows the first colon. @returns null where that has no form. */
  readonly open: (rest: string, options: OpenSensorOptions) => Promise<Result<Sensor>> | Result<Sensor> | null
}

/**
 * Opens a sensor by its name, of the kinds that are given: what is at a port or a bus is opened at the first reading, and
 * again after it vanished. Errors: sensor/unknown-kind, and those of `replaySensor` and `nmeaSensor` for files.
 */
export const openSensorOf =
  (kinds: readonly Kind[]) =>
  async (spec: string, options: OpenSensorOptions = {}): Promise<Result<Sensor>> => {
    const [, name = '', rest = ''] = /^([^:]+):?(.*)$/s.exec(spec) ?? []
    const opened = await kinds.find((kind) => kind.name === name)?.open(rest, options)
    const known = kinds.flatMap(({ forms }) => forms).join(', ')
    return opened ?? fail('sensor/unknown-kind', `"${spec}"; known: ${known}`)
  }
