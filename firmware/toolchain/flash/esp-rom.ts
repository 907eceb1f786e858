import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Result } from '../../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../../device-sdk/protocol/index.ts'
import { espruino } from './espruino.ts'
import type { Flashed, FlashJob, FlashProtocol, ImageFile } from './protocol.ts'
import { sha256Hex, sha256OfAll } from './protocol.ts'
import { webSerial } from './web-serial.ts'

const attempts = 3
/** How long the ROM, the second boot loader and the application take to start. */
const startMs = 2_000
/**
 * DTR up, RTS low for 100 ms and up again: the chip starts what was flashed. Why not the reset of esptool-js 0.7.0: its
 * `hard_reset` never pulls RTS, so that the chip stays in the loader.
 */
const pressEn = 'D0|R1|W100|R0'
const quiet = { clean: () => {}, write: () => {}, writeLine: () => {} }

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const sizeOf = (files: readonly ImageFile[]): number => files.reduce((sum, { bytes }) => sum + bytes.length, 0)

const write = async ({ transport, board, image, onProgress }: FlashJob): Promise<Result<Flashed>> => {
  const { ESPLoader, Transport } = await import('esptool-js')
  onProgress('connect', 0, 0)
  // What esptool-js asks of a port, its types name by those of a browser.
  const serial = webSerial(transport) as unknown as ConstructorParameters<typeof Transport>[0]
  const link = new Transport(serial)
  // It would print its trace on stdout.
  link.trace = () => {}
  const baudrate = board.flash.baud ?? 115_200
  const loader = new ESPLoader({ transport: link, baudrate, romBaudrate: baudrate, terminal: quiet })
  try {
    try {
      await loader.detectChip('default_reset', attempts)
    } catch (error) {
      const gone = await transport.send(new Uint8Array())
      return gone.ok ? fail('flash/no-sync', `${transport.path}: ${reasonOf(error)}; ${board.flash.manualBoot}`) : gone
    }
    onProgress('check', 0, 0)
    const chip = loader.chip.CHIP_NAME
    if (chip !== board.mcu.part) {
      await loader.after('custom_reset', undefined, pressEn)
      return fail('flash/wrong-chip', `it is ${chip}; the board has ${board.mcu.part}`)
    }
    await loader.runStub()
    await loader.writeFlash({
      fileArray: image.map(({ bytes, address = 0 }) => ({ data: bytes, address })),
      flashMode: 'keep',
      flashFreq: 'keep',
      flashSize: 'keep',
      eraseAll: false,
      compress: true,
      calculateMD5Hash: (bytes) => createHash('md5').update(bytes).digest('hex'),
      reportProgress: (i, done, total) => {
        const bytes = image[i]?.bytes.length ?? 0
        onProgress('write', sizeOf(image.slice(0, i)) + Math.floor((bytes * done) / total), sizeOf(image))
      },
    })
    await loader.after('custom_reset', undefined, pressEn)
    const sums = image.map(({ name, bytes }) => ({ name, sha256: sha256Hex(bytes) }))
    return ok({ chip, bytes: sizeOf(image), sha256: sha256OfAll(sums) })
  } catch (error) {
    const reason = reasonOf(error)
    return fail(/MD5/.test(reason) ? 'flash/verify-failed' : 'flash/no-answer', reason)
  } finally {
    await link.disconnect().catch(() => {})
  }
}

/**
 * ESP32 chips by the boot loader in their ROM, through esptool-js: one merged image from address 0, or parts at their
 * addresses, each compared by the MD5 that the chip computes over its flash. Untested on silicon.
 */
export const espRom: FlashProtocol = {
  // Why the race: where the port vanishes, esptool-js waits for ever.
  write: (job) => Promise.race([write(job), job.transport.gone]),
  hello: async (job) => {
    await job.transport.setBaud(job.board.console?.baud ?? 115_200)
    await pause(startMs)
    return espruino.hello(job)
  },
}
