import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const hardware = fileURLToPath(new URL('../../../hardware', import.meta.url))
const twin = 'esp32-devkitc'

type LinuxOptions = {
  /** Whether it can run Thumb code: a build of Espruino for ARM can. */
  readonly nativeSigner?: boolean
  /** What stands for the button of the lock. */
  readonly button?: { readonly pin: string; readonly pressed: number }
}

/**
 * Writes into a folder, for `hexfix build --hardware`, the board `linux`: the ESP32 board and its wirings, but for where random
 * numbers come from. So what is built for it is the program of a board, byte for byte but for that.
 */
export const linuxHardware = (folder: string, { nativeSigner = false, button }: LinuxOptions): void => {
  const copy = (from: string, to: string, change: (value: { [key: string]: unknown }) => object): void =>
    writeFileSync(join(folder, to), JSON.stringify(change(JSON.parse(readFileSync(join(hardware, from), 'utf8')))))
  for (const kind of ['boards', 'wiring']) mkdirSync(join(folder, kind), { recursive: true })
  copy(`boards/${twin}.json`, 'boards/linux.json', (board) => ({
    ...board,
    id: 'linux',
    espruino: { ...(board.espruino as object), random: 'linux', ...(button === undefined ? {} : { button }) },
    keys: { ...(board.keys as object), nativeSigner },
  }))
  for (const name of readdirSync(join(hardware, 'wiring')).filter((file) => file.endsWith(`-${twin}.json`)))
    copy(`wiring/${name}`, `wiring/${name.replace(twin, 'linux')}`, (wiring) => ({
      ...wiring,
      id: `${wiring.app}-linux`,
      boards: ['linux'],
    }))
}
