import { writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { flashSerial } from '../../../firmware/toolchain/flash/flash.ts'
import { knownBoards } from '../../../firmware/toolchain/flash/known-boards.ts'
import { noSocat, plug, portPath } from '../../device-sdk/sensors/serial.ts'

const flashTo = async (port: string) => {
  const board = knownBoards().find(({ id }) => id === 'esp32-devkitc')
  if (board === undefined) throw new Error('no esp32')
  const image = portPath()
  writeFileSync(image, 'image')
  return flashSerial({
    board,
    image,
    port,
    hello: true,
    onProgress: () => {},
    signal: new AbortController().signal,
  })
}

it.skipIf(noSocat !== null).each([
  ['nothing', ''],
  ['noise', '\xc0\x01\x08garbage\xc0ets Jun 8 2016\r\n'],
])(
  'a port that answers an ESP32 loader with %s gives no sync, with what to do by hand',
  { timeout: 60_000 },
  async (_, noise) => {
    const pty = await plug(portPath())
    pty.onData(() => pty.write(Buffer.from(noise, 'latin1')))
    expect(await flashTo(pty.path)).toMatchObject({
      error: { code: 'flash/no-sync', detail: expect.stringMatching(/hold BOOT/i) },
    })
  },
)

it.skipIf(noSocat !== null)(
  'a port that vanishes under an ESP32 loader is unplugged',
  { timeout: 60_000 },
  async () => {
    const pty = await plug(portPath())
    pty.onData(() => void pty.unplug())
    expect(await flashTo(pty.path)).toMatchObject({ error: { code: 'flash/unplugged' } })
  },
)
