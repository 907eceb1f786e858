import { ok } from '../protocol/index.ts'
import { readyDefaultMs, shareBoard } from './firmata/board.ts'
import { linkedSensor } from './linked.ts'
import { s0Meter } from './parts/s0-meter.ts'
import { readPart } from './read-part.ts'
import type { Sensor } from './sensor.ts'

export type PulsesOptions = {
  readonly path: string
  /** The number of a digital pin. */
  readonly pin: number
  readonly pulsesPerKwh: number
}

const energySchema = 3
/** Firmata protocol, "Set pin mode": digital input. */
const inputMode = 0

/**
 * An S0 output on a pin of a board that runs StandardFirmata, under schema 3. A pulse is a fall of the pin; those while the
 * board is unplugged are lost. Errors of a reading: those of `shareBoard`.
 */
export const firmataPulsesSensor = ({ path, pin, pulsesPerKwh }: PulsesOptions): Sensor => {
  const nowS = (): number => performance.now() / 1_000
  let onPulse = (_atS: number): void => {}
  const listen = (take: typeof onPulse): void => {
    onPulse = take
  }
  // Why here: what was counted stays when the board comes back.
  const meter = s0Meter({ nowS, listen }, pulsesPerKwh)
  return linkedSensor({
    name: 'pulses',
    schema: energySchema,
    connect: async (signal) => {
      const board = await shareBoard(path, signal, readyDefaultMs)
      if (!board.ok) return board
      const { line, i2c, close } = board.value
      let level = 1
      i2c.io.pinMode(pin, inputMode)
      i2c.io.digitalRead(pin, (next) => {
        if (next === 0 && level === 1) onPulse(nowS())
        level = next
      })
      return ok({ lost: line.lost, close, read: () => readPart(meter) })
    },
  })
}
