import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openAir } from '../emulators/air-of-boards.ts'
import { noDbus } from '../emulators/dbus.ts'
import { espruinoConsole } from '../emulators/espruino-console.ts'
import { runCli, temporaryFolder } from './harness.ts'

const app = Array.from({ length: 40 }, (_, i) => `function f${i}() { return "\u00b0" }`).join('\n')

describe.skipIf(noDbus !== null)(`hexfix flash, of a Puck.js over an emulated BlueZ ${noDbus ?? ''}`, () => {
  const plugPuck = async () => {
    const storage = new Map<string, Buffer>()
    const puck = { name: 'Puck.js ad36', address: 'E7:E0:57:AD:36:A2' }
    const { bluez } = await openAir({ peripherals: [{ ...puck, onBytes: (bytes) => take(bytes) }] })
    const send = (bytes: Uint8Array): void => bluez.notify(puck.name, bytes)
    const take = espruinoConsole({ board: 'PUCKJS', version: '2v29', storage, send })
    const image = join(temporaryFolder(), 'app.js')
    writeFileSync(image, app)
    const flash = ['flash', '--board', 'puckjs', '--image', image, '--json']
    return { storage, bluez, puck, flash }
  }

  it('writes, has the board hash what it holds, and gets its hello', { timeout: 60_000 }, async () => {
    const { storage, bluez, puck, flash } = await plugPuck()
    const { status, stdout, stderr } = await runCli([...flash, '--port', `ble:${puck.name}`])
    expect([status, JSON.parse(stdout)]).toEqual([
      0,
      {
        board: 'puckjs',
        port: `ble:${puck.name}`,
        chip: 'PUCKJS',
        bytes: Buffer.byteLength(app),
        sha256: createHash('sha256').update(app).digest('hex'),
        hello: 'Espruino 2v29',
      },
    ])
    expect(stderr).toMatch(/writing .* kB\/s\nreading back/)
    expect(storage.get('.bootcde')?.toString()).toBe(app)
    expect(bluez.calls.at(-1)).toBe('Disconnect')
  })

  it('never guesses which board on the air is meant', { timeout: 60_000 }, async () => {
    const { flash, bluez } = await plugPuck()
    const { status, stdout } = await runCli(flash)
    expect([status, JSON.parse(stdout).error]).toMatchObject([
      1,
      { code: 'flash/no-board', detail: 'Puck.js has no USB: --port ble:NAME' },
    ])
    expect(bluez.calls).toEqual([])
  })
})
