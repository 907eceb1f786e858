import { fail, ok } from '../../protocol/result.ts'
import type { I2c, Measured, Part } from './part.ts'

/** Steps of 10 uV over the 0.1 ohm of the breakout boards; 3.2 A fill the range. */
const stepsPerAmpere = 10_000
const registers = { configuration: 0, shunt: 1, bus: 2 }
/** SBOS448G section 8.6.2.1: 32 V, 320 mV, 12 bits, continuous; what the part has after a reset, too. */
const configuration = 0x399f
const shuntFullScale = 32_000

/**
 * An INA219 with a shunt of 0.1 ohm, under schema 3: voltage of the load and current through the shunt; power is their
 * product, and no energy is counted. Currents against the arrow are negative.
 * Errors of a reading: sensor/no-part, sensor/implausible.
 */
export const ina219 = (bus: I2c, address: number): Part => {
  let isSetUp = false
  const gone = (done: (measured: Measured) => void, what: string): void => {
    isSetUp = false
    done(fail('sensor/no-part', what))
  }
  const word = (register: number, done: (measured: Measured) => void, take: (value: number) => void): void =>
    bus.transfer(address, [register], 2, (bytes) => {
      if (bytes === null) gone(done, 'INA219')
      else take(((bytes[0] as number) << 8) | (bytes[1] as number))
    })
  const measure = (done: (measured: Measured) => void): void =>
    word(registers.shunt, done, (shunt) =>
      word(registers.bus, done, (load) => {
        // Two's complement (section 8.6.3.1); bits 15 to 3, 4 mV (section 8.6.3.2).
        const steps = (shunt << 16) >> 16
        if (Math.abs(steps) >= shuntFullScale)
          return done(fail('sensor/implausible', 'INA219: over 3.2 A, the end of its range'))
        const amperes = steps / stepsPerAmpere
        const volts = ((load >> 3) * 4) / 1_000
        done(ok([null, volts * amperes, volts, amperes, null, null]))
      }),
    )
  return {
    schema: 3,
    read: (done) => {
      if (isSetUp) return measure(done)
      const set = [registers.configuration, configuration >> 8, configuration & 0xff]
      bus.transfer(address, set, 0, (written) => {
        if (written === null) return gone(done, 'INA219')
        word(registers.configuration, done, (readBack) => {
          if (readBack !== configuration) return gone(done, 'what is there is no INA219')
          isSetUp = true
          measure(done)
        })
      })
    },
  }
}
