import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { noSocat } from '../../device-sdk/sensors/serial.ts'
import { buildOptiboot, noOptiboot } from '../../emulators/optiboot.ts'
import { standardFirmata } from '../../emulators/standard-firmata.ts'

const program = fileURLToPath(new URL('../../emulators/arduino-process.ts', import.meta.url))
const image = standardFirmata()

/** Why the emulated Uno cannot be flashed here, and what to do; null where it can. */
export const noUno = noSocat ?? noOptiboot ?? ('missing' in image ? image.missing : null)
/** The Intel HEX of StandardFirmata. */
export const firmataHex = 'path' in image ? image.path : ''

export type BootingUno = {
  readonly path: string
  /** Settles when the port can be opened: at first, and again after each closing. */
  ready(): Promise<unknown>
  unplug(): Promise<void>
  /** From now on these bits of its flash stay 0. */
  wear(address: number, mask: number): void
}

/** An emulated Uno with nothing but Optiboot in its flash and a BME280 on its bus, behind a serial port. */
export const plugBootingUno = async (): Promise<BootingUno> => {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-uno-'))
  const path = join(folder, 'tty')
  const boot = buildOptiboot(folder)
  const child = spawn(process.execPath, ['--import', 'tsx', program, 'blank', 'bme280', path, boot], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  child.stdin.on('error', () => {})
  const unplug = async (): Promise<void> => {
    child.stdin.end()
    await ended
  }
  onTestFinished(async () => {
    await unplug()
    rmSync(folder, { recursive: true, force: true })
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ready = () => lines.next()
  await ready()
  return { path, ready, unplug, wear: (address, mask) => child.stdin.write(`stuck ${address} ${mask}\n`) }
}
