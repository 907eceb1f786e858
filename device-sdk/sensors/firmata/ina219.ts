import type { Result } from '../../protocol/index.ts'
import { fail, ok } from '../../protocol/index.ts'
import type { FirmataBoard } from './board.ts'
import type { I2c } from './i2c.ts'
import type { PartReader } from './part.ts'
import { answerMs } from './part.ts'

const address = 0x40
/** The resistor on the breakout boards; 3.2 A fill the range. */
const shuntOhm = 0.1
const registers = { configuration: 0, shunt: 1, bus: 2 }
/** SBOS448G section 8.6.2.1: 32 V, 320 mV, 12 bits, continuous; what the part has after a reset, too. */
const configuration = 0x399f
const shuntFullScale = 32_000

const readWord = async (i2c: I2c, register: number): Promise<Result<number>> => {
  const bytes = await i2c.readOnce(address, register, 2)
  if (!bytes.ok) return fail('sensor/no-part', `INA219 at I2C 0x${address.toString(16)}`)
  const [high = 0, low = 0] = bytes.value
  return ok((high << 8) | low)
}

const setUp = async (i2c: I2c): Promise<Result<null>> => {
  i2c.io.i2cWrite(address, registers.configuration, [configuration >> 8, configuration & 0xff])
  const readBack = await readWord(i2c, registers.configuration)
  if (!readBack.ok) return readBack
  if (readBack.value === configuration) return ok(null)
  return fail('sensor/no-part', `what is at I2C 0x${address.toString(16)} is no INA219`)
}

/** Voltage of the load and current through the shunt; power is their product, and no energy is counted. */
const measure = async (i2c: I2c): Promise<Result<readonly (number | null)[]>> => {
  const shunt = await readWord(i2c, registers.shunt)
  if (!shunt.ok) return shunt
  const bus = await readWord(i2c, registers.bus)
  if (!bus.ok) return bus
  // Two's complement, 10 uV (section 8.6.3.1); bits 15 to 3, 4 mV (section 8.6.3.2).
  const steps = (shunt.value << 16) >> 16
  if (Math.abs(steps) >= shuntFullScale) return fail('sensor/implausible', 'INA219: over 3.2 A, the end of its range')
  const currentA = steps / 100_000 / shuntOhm
  const volts = ((bus.value >> 3) * 4) / 1000
  return ok([null, volts * currentA, volts, currentA, null, null])
}

/** An INA219 at 0x40 with a shunt of 0.1 ohm; currents against the arrow are negative. */
export const connectIna219 = async ({ line, i2c }: FirmataBoard): Promise<Result<PartReader>> => {
  const late = () => fail('sensor/silent', line.path)
  const ready = await line.settle(setUp(i2c), answerMs, late)
  if (!ready.ok) return ready
  return ok(() => line.settle(measure(i2c), answerMs, late))
}
