import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { espRom } from '../../../firmware/toolchain/flash/esp-rom.ts'
import { flashSerial } from '../../../firmware/toolchain/flash/flash.ts'
import { readImage } from '../../../firmware/toolchain/flash/image.ts'
import { knownBoards } from '../../../firmware/toolchain/flash/known-boards.ts'
import { openTransport } from '../../../firmware/toolchain/flash/transport.ts'
import { noSocat, plug, portPath } from '../../device-sdk/sensors/serial.ts'
import type { Esp32Options } from '../../emulators/esp32.ts'
import { esp32, flashBytes } from '../../emulators/esp32.ts'
import { must } from '../../gateway/harness.ts'

const devkit = (() => {
  const board = knownBoards().find(({ id }) => id === 'esp32-devkitc')
  if (board === undefined) throw new Error('no esp32')
  return board
})()

const noise = (seed: number, length: number): Uint8Array => {
  let state = seed
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return state >> 16
  })
}
const parts = {
  'bootloader.bin': Uint8Array.of(0xe9, ...noise(1, 9_001)),
  'partitions_espruino.bin': Uint8Array.of(0xaa, 0x50, ...noise(2, 3_070)),
  // Of the signs of SLIP there are some in it, and it packs badly: four blocks of the stub.
  'espruino_esp32.bin': Uint8Array.of(0xe9, 0xc0, 0xdb, ...noise(3, 60_000)),
}
const addresses = { 'bootloader.bin': 0x1000, 'partitions_espruino.bin': 0x8000, 'espruino_esp32.bin': 0x10000 }
const firmware = (files: Readonly<Record<string, Uint8Array>> = parts): string => {
  const folder = join(dirname(portPath()), 'firmware')
  mkdirSync(folder)
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes)
  return folder
}
const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

type Board = Omit<Esp32Options, 'send'>
const never = new AbortController().signal

/**
 * Flashes over a pseudo-terminal. A pseudo-terminal has no DTR and RTS: what is said to these lines goes to the two
 * transistors of the board by hand.
 */
const flashed = async (
  options: Partial<Board>,
  { isGreeted = false, atWrite = (_: { unplug(): unknown }): void => {} } = {},
) => {
  const pty = await plug(portPath())
  const flash = options.flash ?? new Uint8Array(flashBytes).fill(0xff)
  const before = flash.slice()
  const board = esp32({ ...options, flash, send: pty.write })
  pty.onData(board.take)
  const transport = must(await openTransport(pty.path, 115_200, never))
  const control: typeof transport.control = async (lines) => {
    board.control(lines)
    await transport.control(lines)
  }
  const phases = new Set<string>()
  const { files } = must(await readImage(firmware(), devkit))
  const job = {
    board: devkit,
    image: files,
    transport: { ...transport, control },
    onProgress: (phase: string, done: number) => {
      phases.add(phase)
      if (phase === 'write' && done > 10_000) atWrite(pty)
    },
  }
  const written = await espRom.write(job)
  const hello = isGreeted ? await espRom.hello(job) : null
  await transport.close()
  return { written, hello, flash, before, phases: [...phases] }
}

describe.skipIf(noSocat !== null)(`the loader of an ESP32 ${noSocat ?? ''}`, { timeout: 60_000 }, () => {
  it('takes each part to its address, has the chip prove it, and starts what was flashed', async () => {
    const { written, hello, flash, phases } = await flashed({}, { isGreeted: true })
    const sums = Object.entries(parts).map(([name, bytes]) => `${sha256(bytes)}  ${name}\n`)
    const bytes = Object.values(parts).reduce((sum, { length }) => sum + length, 0)
    expect(written).toEqual({ ok: true, value: { chip: 'ESP32', bytes, sha256: sha256(sums.join('')) } })
    for (const [name, address] of Object.entries(addresses)) {
      const part = parts[name as keyof typeof parts]
      expect([name, Buffer.compare(flash.subarray(address, address + part.length), part)]).toEqual([name, 0])
    }
    expect(hello).toEqual({ ok: true, value: 'Espruino 2v29' })
    expect(phases).toEqual(['connect', 'check', 'write', 'hello'])
  })

  it.each(['ESP32-C3', 'ESP32-S3'] as const)('leaves an %s alone', async (chip) => {
    const { written, flash, before } = await flashed({ chip })
    expect(written).toMatchObject({ error: { code: 'flash/wrong-chip', detail: `it is ${chip}; the board has ESP32` } })
    expect(Buffer.compare(flash, before)).toBe(0)
  })

  it('says that a bit in the flash did not take', async () => {
    const stuck = (bytes: Buffer, address: number): Buffer => {
      const at = 0x10000 + 40_000 - address
      if (at >= 0 && at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ 1
      return bytes
    }
    const { written } = await flashed({ spoil: stuck })
    expect(written).toMatchObject({ error: { code: 'flash/verify-failed' } })
  })

  it('says that it was unplugged in the middle, and flashes that board again', async () => {
    const { written, flash } = await flashed({}, { atWrite: (pty) => pty.unplug() })
    expect(written).toMatchObject({ error: { code: 'flash/unplugged' } })
    expect([flash[0x1000], flash[0x10000]]).toEqual([0xe9, 0xff])
    const again = await flashed({ flash })
    expect(again.written).toMatchObject({ ok: true, value: { chip: 'ESP32' } })
    const app = parts['espruino_esp32.bin']
    expect(Buffer.compare(flash.subarray(0x10000, 0x10000 + app.length), app)).toBe(0)
  })
})

const flashTo = async (port: string) => {
  const image = portPath()
  writeFileSync(image, 'image')
  return flashSerial({ board: devkit, image, port, hello: true, onProgress: () => {}, signal: never })
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
