import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { FakeBoardOptions } from '../../../firmware/espruino-profile/index.ts'
import { openEmulator } from '../../../scripts/native/emulator.ts'
import { emulatedBoard } from '../../device-sdk/espruino/native/board.ts'
import { code, table } from '../../device-sdk/espruino/native/fixtures.ts'
import { espruinoI2c } from './espruino-i2c.ts'
import { weather } from './weather-part.ts'

const hardware = fileURLToPath(new URL('../../../hardware', import.meta.url))
const read = (path: string) => JSON.parse(readFileSync(join(hardware, path), 'utf8'))

/** The id of a board like the Espruino WiFi, with more flash. */
export const roomy = 'roomy-board'

/** Writes its manifest and the wiring of its weather-node. @returns the folder, for `--hardware`. */
export const roomyBoard = (folder: string, flashBytes = 131_072): string => {
  for (const kind of ['boards', 'wiring']) mkdirSync(join(folder, kind), { recursive: true })
  const board = read('boards/espruino-wifi.json')
  board.id = roomy
  board.flash.maxBytes = flashBytes
  board.build.budgetBytes = flashBytes
  const wiring = { ...read('wiring/weather-node-espruino-wifi.json'), id: 'roomy', boards: [roomy] }
  writeFileSync(join(folder, 'boards', `${roomy}.json`), JSON.stringify(board))
  writeFileSync(join(folder, 'wiring/roomy.json'), JSON.stringify(wiring))
  return folder
}

/** That board as a fake one, with its weather sensor: machine code runs on an emulated Cortex-M. */
export const roomyOptions = (): FakeBoardOptions => {
  const emulator = openEmulator(code, table)
  onTestFinished(emulator.close)
  return {
    board: roomy.replaceAll('-', '').toUpperCase(),
    version: '2v29',
    E: emulatedBoard(emulator).board,
    globals: { I2C1: espruinoI2c(weather()), B8: {}, B9: {} },
  }
}
