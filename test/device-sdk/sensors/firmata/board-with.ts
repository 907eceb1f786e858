import type { FirmataBoard } from '../../../../device-sdk/sensors/firmata/board.ts'
import type { FirmataIo } from '../../../../device-sdk/sensors/firmata/i2c.ts'
import { openI2c } from '../../../../device-sdk/sensors/firmata/i2c.ts'
import type { I2cPart } from '../../../emulators/i2c-part.ts'

type Reply = (bytes: number[]) => void

/** A board whose bus answers at once. `sample` makes a continuous reading reply, which a board does by its clock. */
export const boardWith = (part: I2cPart) => {
  const continuous: (() => void)[] = []
  const texts: ((text: string) => void)[] = []
  let stale: number[] = []
  const read = (address: number, register: number, count: number, reply: Reply): void => {
    if (part.addresses.includes(address) && part.present()) {
      part.start(true)
      part.write(register)
      part.start(false)
      stale = Array.from({ length: count }, part.read)
    } else {
      // What StandardFirmata does: a complaint, and then whatever its buffer holds.
      for (const tell of texts) tell('I2C: Too few bytes received')
      stale = Array.from({ length: count }, (_, i) => stale[i] ?? 0)
    }
    reply([...stale])
  }
  const io: FirmataIo = {
    reset: () => {},
    i2cConfig: () => {},
    i2cWrite: (address, register, bytes) => {
      if (!part.addresses.includes(address)) return
      part.start(true)
      for (const byte of [register, ...[bytes].flat()]) part.write(byte)
    },
    pinMode: () => {},
    digitalRead: () => {},
    i2cReadOnce: read,
    i2cRead: (...request) => continuous.push(() => read(...request)),
    on: (_, listener) => texts.push(listener),
  }
  const line: FirmataBoard['line'] = { path: 'bus', lost: () => false, settle: (answer) => answer }
  const board: FirmataBoard = { line, i2c: openI2c(io), close: async () => {} }
  return {
    board,
    sample: () => {
      for (const reply of continuous) reply()
    },
  }
}
