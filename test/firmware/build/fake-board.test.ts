import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { fakeBoard } from '../../../firmware/espruino-profile/index.ts'
import { buildApp } from '../../../firmware/toolchain/build/build.ts'

/** What the interpreter of a board has, and the profile has not: an I2C bus with nothing on it, and the pins. */
const hardware = `
global.I2C1 = { setup: function () { require('Storage').write('setup', '1') }, writeTo: function () { require('Storage').write('asked', '1'); throw 'no ACK' }, readFrom: function () { throw 'no ACK' } };
global.I2C3 = global.I2C2 = global.I2C1;
['B3', 'B4', 'B6', 'B7', 'B8', 'B9', 'B10', 'A8', 'D21', 'D22'].forEach(function (pin) { global[pin] = pin; });
`

it('a build starts on a board of the profile, sets its bus up, asks its parts, and says hello with its name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-fake-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const config = join(folder, 'config.json')
  writeFileSync(config, JSON.stringify({ everyS: 1, batch: 1 }))
  const built = await buildApp({ app: 'weather-node', board: 'esp32-devkitc', firmware: 9, dev: false, config })
  if (!built.ok) throw new Error(built.error.detail)
  let said = ''
  const board = fakeBoard(
    (bytes) => {
      said += Buffer.from(bytes).toString('latin1')
    },
    { line: 'Serial1' },
  )
  onTestFinished(() => board.stop())
  for (const [file, name] of Object.entries(built.value.manifest.storage ?? {})) {
    board.files.set(name, built.value.files.get(file) ?? new Uint8Array())
  }
  // In the place of the lock, which would take the console that prints.
  board.files.set('.boot0', Buffer.from(hardware))
  board.write(Buffer.from('load()\n'))
  await vi.waitUntil(() => board.files.has('asked'), { timeout: 20_000, interval: 50 })
  expect(board.files.has('setup')).toBe(true)
  expect(said).toContain('weather-node')
  expect(said).toContain('esp32-devkitc')
  expect(said).not.toContain('Uncaught')
})
