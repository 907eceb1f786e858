import type { Result } from '../../protocol/index.ts'
import { fail, ok } from '../../protocol/index.ts'
import type { Properties, Uart } from './objects.ts'
import { faces, findAdapter, findDevices, findUart, isNamed } from './objects.ts'
import type { Signal, SystemBus } from './system-bus.ts'
import { openSystemBus } from './system-bus.ts'

/** A line over the UART of a Bluetooth Low Energy board. */
export type BleUart = {
  /** Resolves when the board has taken all. Errors: ble/gone. */
  send(bytes: Uint8Array): Promise<Result<null>>
  onData(listener: (bytes: Uint8Array) => void): void
  /** Settles when the connection is over, by whomever. */
  readonly gone: Promise<void>
  close(): Promise<void>
}

const findDefaultMs = 15_000
const servicesMs = 15_000

const changedOf = ({ member, body }: Signal, face: string): Properties => {
  const [changed, properties] = body
  return member === 'PropertiesChanged' && changed === face ? (properties as Properties) : {}
}

/** True once `test` holds for a signal; false where that takes too long, or the bus ends first. */
const signalled = (bus: SystemBus, withinMs: number, test: (signal: Signal) => boolean): Promise<boolean> =>
  new Promise((resolve) => {
    const settle = (found: boolean): void => {
      clearTimeout(timer)
      ignore()
      resolve(found)
    }
    const timer = setTimeout(() => settle(false), withinMs)
    const ignore = bus.onSignal((signal) => {
      if (test(signal)) settle(true)
    })
    void bus.ended.then(() => settle(false))
  })

/** The path of the device, looked for on the air where BlueZ does not know it. Errors: ble/not-found, ble/ambiguous. */
const findDevice = async (bus: SystemBus, name: string, findMs: number): Promise<Result<string>> => {
  const adapter = await findAdapter(bus)
  if (!adapter.ok) return adapter
  let devices = await findDevices(bus, name)
  if (devices.ok && devices.value.length === 0) {
    const appeared = signalled(bus, findMs, ({ member, body }) => {
      const [, added] = (member === 'InterfacesAdded' ? body : []) as [string?, Record<string, Properties>?]
      const own = added?.[faces.device]
      return own !== undefined && isNamed(own, name)
    })
    const started = await bus.call(adapter.value, faces.adapter, 'StartDiscovery')
    if (!started.ok) return started
    await appeared
    await bus.call(adapter.value, faces.adapter, 'StopDiscovery')
    devices = await findDevices(bus, name)
  }
  if (!devices.ok) return devices
  const [device, ...others] = devices.value
  if (device === undefined) return fail('ble/not-found', name)
  return others.length > 0 ? fail('ble/ambiguous', `${devices.value.length} boards are called ${name}`) : ok(device)
}

/** Connects and waits for the services. Errors: ble/refused, ble/no-uart. */
const connect = async (bus: SystemBus, device: string): Promise<Result<Uart>> => {
  const resolved = signalled(
    bus,
    servicesMs,
    (signal) => signal.path === device && changedOf(signal, faces.device).ServicesResolved?.value === true,
  )
  const connected = await bus.call(device, faces.device, 'Connect')
  if (!connected.ok) return connected
  // Services of a device that was connected already were told of before.
  const at = await findUart(bus, device)
  return at.ok || at.error.code !== 'ble/no-uart' || !(await resolved) ? at : findUart(bus, device)
}

const bytesOf = (value: unknown): Uint8Array | null =>
  value instanceof Uint8Array ? value : Array.isArray(value) ? Uint8Array.from(value as number[]) : null

/** What each write must be: `request` is answered by the board, which so says that it has room for the next. */
const writeOptions = async () => {
  const { Variant } = await import('@jellybrick/dbus-next')
  return { type: new Variant('s', 'request') }
}

/** Opens the line of a device that is connected. */
const openUart = async (bus: SystemBus, name: string, uart: Uart): Promise<Result<BleUart>> => {
  const { device, take, give, chunkBytes } = uart
  const listeners: ((bytes: Uint8Array) => void)[] = []
  const gone = new Promise<void>((resolve) => {
    void bus.ended.then(resolve)
    bus.onSignal((signal) => {
      if (signal.path === device && changedOf(signal, faces.device).Connected?.value === false) resolve()
      const bytes = signal.path === give ? bytesOf(changedOf(signal, faces.uart).Value?.value) : null
      if (bytes !== null) for (const listener of listeners) listener(bytes)
    })
  })
  const close = async (): Promise<void> => {
    await bus.call(device, faces.device, 'Disconnect')
    bus.close()
  }
  const notified = await bus.call(give, faces.uart, 'StartNotify')
  if (!notified.ok) {
    await close()
    return notified
  }
  const options = await writeOptions()
  const lost = gone.then(() => fail('ble/gone', name))
  const writeAll = async (bytes: Uint8Array): Promise<Result<null>> => {
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      const chunk = Buffer.from(bytes.subarray(at, at + chunkBytes))
      const wrote = await Promise.race([bus.call(take, faces.uart, 'WriteValue', 'aya{sv}', [chunk, options]), lost])
      if (!wrote.ok) return fail('ble/gone', `${name}: ${wrote.error.detail}`)
    }
    return ok(null)
  }
  let last: Promise<Result<null>> = Promise.resolve(ok(null))
  return ok({
    send: (bytes) => {
      last = last.then(() => writeAll(bytes))
      return last
    },
    onData: (listener) => {
      listeners.push(listener)
    },
    gone,
    close,
  })
}

/**
 * Opens the UART (Nordic's UUIDs, as Espruino has it) of the board with this name or address, through BlueZ on the
 * system's D-Bus (its documents device-api, gatt-api).
 * @param signal - ends the connection when it aborts, also while it is being made.
 * @param findMs - how long a board is looked for that BlueZ does not know.
 * Errors: ble/not-installed, ble/no-service, ble/no-adapter, ble/not-found, ble/ambiguous, ble/refused, ble/no-uart.
 */
export const openBleUart = async (
  name: string,
  signal: AbortSignal,
  findMs = findDefaultMs,
): Promise<Result<BleUart>> => {
  const bus = await openSystemBus(signal)
  if (!bus.ok) return bus
  const found = await findDevice(bus.value, name, findMs)
  const uart = found.ok ? await connect(bus.value, found.value) : found
  const opened = uart.ok ? await openUart(bus.value, name, uart.value) : uart
  if (!opened.ok) bus.value.close()
  return opened
}
