import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Result } from '../../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../../device-sdk/protocol/index.ts'
import { espruino } from './espruino.ts'
import type { Flashed, FlashJob, FlashProtocol } from './protocol.ts'
import { sha256Hex } from './protocol.ts'
import { webSerial } from './web-serial.ts'

const attempts = 3
/** How long the ROM, the second boot loader and the application take to start. */
const startMs = 2_000
const quiet = { clean: () => {}, write: () => {}, writeLine: () => {} }

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const write = async ({
  transport,
  board,
  image: [{ bytes: image }],
  onProgress,
}: FlashJob): Promise<Result<Flashed>> => {
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
    if (chip !== board.mcu.part) return fail('flash/wrong-chip', `it is ${chip}; the board has ${board.mcu.part}`)
    await loader.runStub()
    await loader.writeFlash({
      fileArray: [{ data: image, address: 0 }],
      flashMode: 'keep',
      flashFreq: 'keep',
      flashSize: 'keep',
      eraseAll: false,
      compress: true,
      calculateMD5Hash: (bytes) => createHash('md5').update(bytes).digest('hex'),
      reportProgress: (_, done, total) => onProgress('write', done, total),
    })
    await loader.after('hard_reset')
    return ok({ chip, bytes: image.length, sha256: sha256Hex(image) })
  } catch (error) {
    const reason = reasonOf(error)
    return fail(/MD5/.test(reason) ? 'flash/verify-failed' : 'flash/no-answer', reason)
  } finally {
    await link.disconnect().catch(() => {})
  }
}

/**
 * ESP32 chips by the boot loader in their ROM, through esptool-js: one merged image from address 0, compared by the MD5 that
 * the chip computes over its flash. Untested on silicon.
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
