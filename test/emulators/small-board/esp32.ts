import { randomInt } from 'node:crypto'
import type { FakeBoardOptions } from '../../../firmware/espruino-profile/index.ts'
import { espruinoI2c } from './espruino-i2c.ts'
import { weather } from './weather-part.ts'

/** An ESP32 as a fake board, with a weather sensor: it signs and checks in JavaScript. */
export const esp32Options = (): FakeBoardOptions => ({
  board: 'ESP32',
  version: '2v29',
  line: 'Serial1',
  firstConsole: 'Serial1',
  globals: {
    I2C1: espruinoI2c(weather()),
    D21: {},
    D22: {},
    // Its button reads 1 while nobody holds it.
    BTN1: { read: () => 1 },
    // Of its memory only the register of the random generator is asked for.
    peek32: () => randomInt(2 ** 32),
  },
})
