import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { FlashBoard } from '../../../firmware/toolchain/flash/board.ts'
import { flashSerial } from '../../../firmware/toolchain/flash/flash.ts'
import { noSocat, plug, portPath } from '../../device-sdk/sensors/serial.ts'
import type { EspruinoOptions } from '../../emulators/espruino-console.ts'
import { espruinoConsole } from '../../emulators/espruino-console.ts'

const board: FlashBoard = {
  id: 'pico',
  name: 'Pico',
  runtime: 'espruino',
  mcu: { part: 'STM32F401', signature: 'PICO_R1_3' },
  usb: [],
  flash: { protocol: 'espruino', maxBytes: 49_152, manualBoot: 'unplug it' },
}
const app = Array.from({ length: 90 }, (_, i) => `function f${i}() { return "\u00b0" }`).join('\n')

/** Flashes `app` to a board with this console; gives what came of it and what its Storage holds then. */
const flashed = async (options: Partial<EspruinoOptions>, text = app) => {
  const pty = await plug(portPath())
  const storage = new Map(
    ['.bootcde', 'hexfix.app1', 'hexfix.fw0', 'hexfix.key'].map((name) => [name, Buffer.from('old')]),
  )
  pty.onData(espruinoConsole({ board: 'PICO_R1_3', version: '2v29', storage, ...options, send: pty.write }))
  const image = portPath()
  writeFileSync(image, text)
  const phases = new Set<string>()
  const outcome = await flashSerial({
    board,
    image,
    port: pty.path,
    hello: true,
    onProgress: (phase) => phases.add(phase),
    signal: new AbortController().signal,
  })
  const file = storage.get('.bootcde')?.toString()
  return { outcome, file, phases: [...phases], names: [...storage.keys()].sort() }
}

describe.skipIf(noSocat !== null)(`an Espruino ${noSocat ?? ''}`, () => {
  it.each([
    ['by packets, hashed by the board', {}, '2v29'],
    ['by packets, read back where it has no SHA-256', { sha256: false }, '2v29'],
    ['by lines where its firmware is older', { version: '2v18' }, '2v18'],
  ])('takes an application %s', async (_, options, version) => {
    const { outcome, file, phases, names } = await flashed(options)
    expect(outcome).toMatchObject({
      ok: true,
      value: {
        chip: 'PICO_R1_3',
        bytes: Buffer.byteLength(app),
        sha256: createHash('sha256').update(app).digest('hex'),
        hello: `Espruino ${version}`,
      },
    })
    expect(file).toBe(app)
    // What an update left would run in its place; the key stays.
    expect(names).toEqual(['.bootcde', 'hexfix.key'])
    expect(phases).toEqual(['connect', 'check', 'write', 'verify', 'hello'])
  })

  it('keeps what it has where it is another board', async () => {
    const { outcome, file } = await flashed({ board: 'PUCKJS' })
    expect(outcome).toEqual({
      ok: false,
      error: { code: 'flash/wrong-board', detail: 'it says PUCKJS, not PICO_R1_3' },
    })
    expect(file).toBe('old')
  })

  it.each([
    ['2v29', true],
    ['2v29', false],
    ['2v18', true],
  ])('of firmware %s is caught when its flash changes a byte', async (version, sha256) => {
    const spoil = (bytes: Buffer) => Buffer.from(bytes.map((byte) => (byte === 0xb0 ? 0xb1 : byte)))
    expect((await flashed({ version, sha256, spoil })).outcome).toMatchObject({
      error: { code: 'flash/verify-failed' },
    })
  })

  it.each(['2v29', '2v18'])('of firmware %s says that its storage is full', async (version) => {
    expect((await flashed({ version, storageBytes: 1_000 })).outcome).toMatchObject({
      error: { code: 'flash/refused' },
    })
  })

  it('has not said hello when the application fails as it starts', async () => {
    expect((await flashed({}, 'absent()')).outcome).toEqual({
      ok: false,
      error: { code: 'flash/no-hello', detail: 'Uncaught ReferenceError: absent is not defined' },
    })
  })

  it.each(['interrupted', 'unplugged'])(
    'that is %s in the middle has its code, and is flashed by the next run',
    async (how) => {
      const storage = new Map([
        ['.bootcde', Buffer.from('old')],
        ['.boot0', Buffer.from('lock()')],
      ])
      const image = portPath()
      writeFileSync(image, app)
      const run = async (onWrite: (unplug: () => void, stop: () => void) => void) => {
        const pty = await plug(portPath())
        pty.onData(espruinoConsole({ board: 'PICO_R1_3', version: '2v29', storage, send: pty.write }))
        const stop = new AbortController()
        return flashSerial({
          board,
          image,
          port: pty.path,
          hello: true,
          onProgress: (phase) =>
            phase === 'write'
              ? onWrite(
                  () => void pty.unplug(),
                  () => stop.abort(),
                )
              : undefined,
          signal: stop.signal,
        })
      }
      expect(await run((unplug, stop) => (how === 'unplugged' ? unplug() : stop()))).toMatchObject({
        error: { code: `flash/${how}` },
      })
      // What was cut off is no whole program, and nothing of the old one locks the console.
      expect(storage.get('.bootcde')?.toString()).not.toBe(app)
      expect(storage.has('.boot0')).toBe(false)
      expect(await run(() => {})).toMatchObject({ ok: true })
      expect(storage.get('.bootcde')?.toString()).toBe(app)
    },
  )

  it('that answers with noise gives no sync, with what to do by hand', async () => {
    const pty = await plug(portPath())
    pty.onData(() => pty.write('\x06\x15nonsense'))
    const image = portPath()
    writeFileSync(image, app)
    const signal = new AbortController().signal
    const options = { board, image, port: pty.path, hello: true, onProgress: () => {}, signal }
    expect(await flashSerial(options)).toEqual({
      ok: false,
      error: { code: 'flash/no-sync', detail: `${pty.path}; unplug it` },
    })
  })
})
