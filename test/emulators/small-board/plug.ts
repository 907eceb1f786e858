import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { bootLock, combTable } from '../../../device-sdk/espruino/index.ts'
import {
  bundleForEspruino,
  type FakeBoard,
  type FakeBoardOptions,
  fakeBoard,
} from '../../../firmware/espruino-profile/index.ts'
import { openPty } from '../pty.ts'

/** The id of the manifest of the board, and what its firmware calls itself. */
const pico = { id: 'espruino-pico', board: 'PICO_R1_3', version: '2v29' }

const entry = fileURLToPath(new URL('./weather.ts', import.meta.url))

/** What is flashed onto a board, by its names in Storage: the table of its signer, the app as its interpreter reads it, the lock. */
const weatherFiles = async (): Promise<[name: string, bytes: Uint8Array][]> => {
  const { code } = await bundleForEspruino(entry)
  return [
    ['hexfix.tab', combTable()],
    ['.bootcde', Buffer.from(code)],
    ['.boot0', Buffer.from(bootLock({ pin: 'BTN1', pressed: 1, line: 'USB' }))],
  ]
}

/** Writes a build of that app, as `hexfix flash` takes it. */
export const writeWeatherBuild = async (folder: string): Promise<void> => {
  const files: Record<string, { readonly bytes: number; readonly sha256: string }> = {}
  for (const [name, bytes] of await weatherFiles()) {
    const file = { '.bootcde': 'app.js', '.boot0': 'boot0.js' }[name] ?? name
    writeFileSync(join(folder, file), bytes)
    files[file] = { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
  }
  const what = {
    schema: 1,
    app: 'weather-test',
    board: pico.id,
    runtime: 'espruino',
    firmware: 7,
    dev: false,
    rooms: {},
  }
  writeFileSync(join(folder, 'build.json'), JSON.stringify({ ...what, main: 'app.js', files }))
}

export type SmallBoard = {
  readonly path: string
  /** The board itself: it goes on while nothing is plugged in. */
  readonly device: FakeBoard
  /** Pulls the cable; the board goes on. */
  unplug(): Promise<void>
  /** Puts it in again, at the same path. */
  plugIn(): Promise<void>
}

/** A fake board behind a serial port, as it is bought: with an interpreter, and no program. */
export const plugSmallBoard = async (path?: string, more: FakeBoardOptions = {}): Promise<SmallBoard> => {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-small-'))
  const at = path ?? join(folder, 'tty')
  let pty: Awaited<ReturnType<typeof openPty>> | null = null
  const device = fakeBoard((bytes) => pty?.write(bytes), { ...pico, ...more })
  const open = async (): Promise<void> => {
    const opened = await openPty(at)
    opened.onData((data) => device.write(data))
    // The far end of a line that was closed gives end of file, and socat ends: it is plugged in again for the next user.
    void opened.ended.then(() => (pty === opened && wanted ? open() : null))
    pty = opened
  }
  let wanted = true
  const unplug = async (): Promise<void> => {
    wanted = false
    await pty?.unplug()
    pty = null
  }
  onTestFinished(async () => {
    await unplug()
    device.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  await open()
  return {
    path: at,
    device,
    unplug,
    plugIn: async () => {
      wanted = true
      await open()
    },
  }
}

/** The same with the app on it, started. */
export const plugWeatherBoard = async (path?: string): Promise<SmallBoard> => {
  const board = await plugSmallBoard(path)
  for (const [name, bytes] of await weatherFiles()) if (name !== '.boot0') board.device.files.set(name, bytes)
  board.device.write(Buffer.from('load()\n'))
  return board
}
