import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { BluezOptions } from './bluez.ts'
import { startBluez } from './bluez.ts'
import { startBus } from './dbus.ts'

/** A private bus with BlueZ on it, which this process and its children take for the system's, until the test is over. */
export const openAir = async (options: BluezOptions) => {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-bus-'))
  const bus = await startBus(folder)
  const before = process.env.DBUS_SYSTEM_BUS_ADDRESS
  process.env.DBUS_SYSTEM_BUS_ADDRESS = bus.address
  const bluez = await startBluez(options)
  onTestFinished(async () => {
    bluez.close()
    await bus.close()
    if (before === undefined) delete process.env.DBUS_SYSTEM_BUS_ADDRESS
    else process.env.DBUS_SYSTEM_BUS_ADDRESS = before
    rmSync(folder, { recursive: true, force: true })
  })
  return { bluez, bus }
}
