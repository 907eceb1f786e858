import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Result } from '../../../device-sdk/protocol/index.ts'
import { standardSchema, valueOfCell } from '../../../device-sdk/protocol/index.ts'
import type { Sensor } from '../../../device-sdk/sensors/index.ts'
import { openSensor } from '../../../device-sdk/sensors/index.ts'
import type { Pty } from '../../emulators/pty.ts'
import { openPty } from '../../emulators/pty.ts'

/** A path for a serial port, in a folder that goes with the test. */
export const portPath = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-port-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'tty')
}

export const plug = async (path: string): Promise<Pty> => {
  const pty = await openPty(path)
  onTestFinished(pty.unplug)
  return pty
}

export const opened = async (sensor: Result<Sensor> | Promise<Result<Sensor>>): Promise<Sensor> => {
  const made = await sensor
  if (!made.ok) throw new Error(`${made.error.code} ${made.error.detail}`)
  onTestFinished(made.value.close)
  return made.value
}

export const openedSpec = (spec: string): Promise<Sensor> => opened(openSensor(spec))

/** What a reading says: its values by the names of the fields, else the code, with the detail. */
export const said = async (sensor: Sensor) => {
  const reading = await sensor.read()
  if (!reading.ok) return reading.error
  const fields = standardSchema(reading.value.schema)?.fields ?? []
  return Object.fromEntries(fields.map((field, i) => [field[0], valueOfCell(reading.value.cells[i] ?? null, field)]))
}

const missing = (command: string): boolean => {
  try {
    execFileSync(command, ['-V'], { stdio: 'ignore' })
    return false
  } catch {
    return true
  }
}

/** Why the tests of serial ports cannot run here, and what to do; null where they can. */
export const noSocat = missing('socat') ? 'no socat: run scripts/debian-packages.sh' : null
