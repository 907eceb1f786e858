import { ok } from '../../protocol/result.ts'
import type { Part } from './part.ts'

/** Counts the pulses of a meter: `onPulse` is called at each, with the seconds of any clock that only goes forward. */
export type Pulses = { listen(onPulse: (atS: number) => void): void; nowS(): number }

const joulesPerWattHour = 3_600

/**
 * An energy meter with an S0 output (IEC 62053-31), under schema 3: energy since the start of the program, and the power
 * by the time between the last two pulses. Where the next pulse is overdue, power is at most what fits the silence.
 * @param pulsesPerKwh - as it stands on the meter.
 */
export const s0Meter = (pulses: Pulses, pulsesPerKwh: number): Part => {
  const wattHours = 1_000 / pulsesPerKwh
  let count = 0
  let lastS = 0
  let stepS = 0
  pulses.listen((atS) => {
    if (count > 0) stepS = atS - lastS
    lastS = atS
    count++
  })
  return {
    schema: 3,
    read: (done) => {
      const apartS = Math.max(stepS, pulses.nowS() - lastS)
      const watts = count < 2 || apartS <= 0 ? null : (wattHours * joulesPerWattHour) / apartS
      done(ok([count * wattHours, watts, null, null, null, null]))
    },
  }
}
