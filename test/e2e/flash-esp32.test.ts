import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { noSocat, plug, portPath } from '../device-sdk/sensors/serial.ts'
import { esp32, flashBytes } from '../emulators/esp32.ts'
import type { Pty } from '../emulators/pty.ts'
import { runCli, startCli, temporaryFolder } from './harness.ts'

const app = 'print("\u00b0")'

describe.skipIf(noSocat !== null)(`hexfix flash, of an emulated ESP32 ${noSocat ?? ''}`, () => {
  it('brings Espruino onto the chip by its loader, and an app onto Espruino by its packets', {
    timeout: 60_000,
  }, async () => {
    const firmware = temporaryFolder()
    writeFileSync(join(firmware, 'bootloader.bin'), Buffer.of(0xe9, 1, 2))
    writeFileSync(join(firmware, 'partitions_espruino.bin'), Buffer.of(0xaa, 0x50, 3))
    writeFileSync(join(firmware, 'espruino_esp32.bin'), Buffer.of(0xe9, 4, 5))
    const storage = new Map<string, Buffer>()
    let pty: Pty | null = null
    const board = esp32({ flash: new Uint8Array(flashBytes).fill(0xff), storage, send: (bytes) => pty?.write(bytes) })
    const flash = async (image: string): Promise<string[]> => {
      pty = await plug(portPath())
      pty.onData(board.take)
      return ['flash', '--board', 'esp32-devkitc', '--image', image, '--port', pty.path]
    }
    // A pseudo-terminal has no DTR and RTS, so a hand holds BOOT and presses EN.
    const first = startCli(await flash(firmware))
    board.press(true)
    await first.line(/^waiting for hello/)
    board.press(false)
    await first.line(/^hello: Espruino 2v29$/)
    expect(first.text()).toMatch(/^writing 9 B of 9 B/m)

    const image = join(temporaryFolder(), 'app.js')
    writeFileSync(image, app)
    const { status, stdout } = await runCli([...(await flash(image)), '--json'])
    expect([status, JSON.parse(stdout)]).toMatchObject([0, { chip: 'ESP32', hello: 'Espruino 2v29' }])
    expect(storage.get('.bootcde')?.toString()).toBe(app)

    writeFileSync(join(firmware, 'espruino_2v30.bin'), '')
    const unsure = await runCli([...(await flash(firmware)), '--json'])
    expect([unsure.status, JSON.parse(unsure.stdout).error]).toMatchObject([
      1,
      { code: 'flash/bad-image', detail: `${firmware} has espruino_2v30.bin and espruino_esp32.bin: which?` },
    ])
  })
})
