import { fileURLToPath } from 'node:url'
import { bundleForEspruino } from '../../../firmware/espruino-profile/index.ts'
import { type Emulator, operation } from '../../../scripts/native/emulator.ts'
import { emulatedBoard } from '../../device-sdk/espruino/native/board.ts'
import { code, table } from '../../device-sdk/espruino/native/fixtures.ts'
import { plugSmallBoard, type SmallBoard } from './plug.ts'

const entry = fileURLToPath(new URL('./weather-native.ts', import.meta.url))
/** In a boot file, as the firmware of a Cortex-M4 would have it from the start. */
const silicon = ['nativeCall', 'toFlatString', 'getAddressOf'].map((name) => `E.${name} = silicon.${name};`).join('')

/** A fake board whose app signs by machine code in the emulator, and how often it did. */
export const plugNativeBoard = async (emulator: Emulator): Promise<{ board: SmallBoard; signatures(): number }> => {
  let signatures = 0
  const { board: parts } = emulatedBoard({
    ...emulator,
    runRaw: (what, arena, message) => {
      if (what === operation.sign) signatures++
      return emulator.runRaw(what, arena, message)
    },
  })
  const board = await plugSmallBoard(undefined, { globals: { silicon: parts } })
  const { files } = board.device
  files.set('hexfix.code', code)
  files.set('hexfix.table', table)
  files.set('.boot0', Buffer.from(silicon))
  files.set('.bootcde', Buffer.from((await bundleForEspruino(entry)).code))
  board.device.write(Buffer.from('load()\n'))
  return { board, signatures: () => signatures }
}
