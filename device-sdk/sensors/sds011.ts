import type { SerialLine } from '../link/index.ts'
import { openLine } from '../link/index.ts'
import { fail, ok } from '../protocol/index.ts'
import { linkedSensor } from './linked.ts'
import type { Uart } from './parts/part.ts'
import { sds011 } from './parts/sds011.ts'
import { readPart } from './read-part.ts'
import type { Sensor } from './sensor.ts'

export type Sds011Options = {
  readonly path: string
  /** How long the fan runs before it is read. */
  readonly warmUpMs?: number
}

const airSchema = 2
const baud = 9_600
/** Beyond the driver's own patience. */
const spareMs = 60_000

const uartOf = ({ port }: SerialLine): Uart => {
  let take: ((bytes: Uint8Array) => void) | null = null
  port.on('data', (bytes: Buffer) => take?.(bytes))
  return {
    write: (bytes) => void port.write(bytes),
    listen: (next) => {
      take = next
    },
  }
}

/** An SDS011 on a serial port. Errors of a reading: those of `openLine`, sensor/silent, sensor/garbled. */
export const sds011Sensor = ({ path, warmUpMs = 30_000 }: Sds011Options): Sensor =>
  linkedSensor({
    name: 'sds011',
    schema: airSchema,
    connect: async (signal) => {
      const opened = await openLine(path, baud, signal)
      if (!opened.ok) return opened
      const line = opened.value
      const part = sds011(uartOf(line), warmUpMs)
      const late = () => fail('sensor/silent', path)
      return ok({
        lost: line.lost,
        close: line.close,
        read: () => line.settle(readPart(part), warmUpMs + spareMs, late),
      })
    },
  })
