import type { Result } from '../../protocol/index.ts'
import { fail, ok } from '../../protocol/index.ts'
import type { SystemBus } from './system-bus.ts'

/** What BlueZ knows: properties by interface by path. */
type Objects = Readonly<Record<string, Readonly<Record<string, Properties>>>>
export type Properties = Readonly<Record<string, { readonly value: unknown } | undefined>>

export const faces = {
  adapter: 'org.bluez.Adapter1',
  device: 'org.bluez.Device1',
  uart: 'org.bluez.GattCharacteristic1',
}
/** Nordic UART Service: what the board takes, and what it gives. */
const uartUuids = { take: '6e400002-b5a3-f393-e0a9-e50e24dcca9e', give: '6e400003-b5a3-f393-e0a9-e50e24dcca9e' }

const textOf = (properties: Properties, name: string): string => {
  const value = properties[name]?.value
  return typeof value === 'string' ? value : ''
}

const objectsOf = async (bus: SystemBus): Promise<Result<Objects>> => {
  const answer = await bus.call('/', 'org.freedesktop.DBus.ObjectManager', 'GetManagedObjects')
  return answer.ok ? ok(answer.value[0] as Objects) : answer
}

/** The first Bluetooth adapter. Errors: ble/no-adapter, and those of a call. */
export const findAdapter = async (bus: SystemBus): Promise<Result<string>> => {
  const objects = await objectsOf(bus)
  if (!objects.ok) return objects
  const path = Object.keys(objects.value)
    .sort()
    .find((one) => objects.value[one]?.[faces.adapter] !== undefined)
  return path === undefined ? fail('ble/no-adapter') : ok(path)
}

/** True for the device that a person names: by its whole name, or by its address. */
export const isNamed = (properties: Properties, name: string): boolean =>
  [textOf(properties, 'Name'), textOf(properties, 'Alias')].includes(name) ||
  textOf(properties, 'Address').toLowerCase() === name.toLowerCase()

/** The devices of this name that BlueZ knows. */
export const findDevices = async (bus: SystemBus, name: string): Promise<Result<string[]>> => {
  const objects = await objectsOf(bus)
  if (!objects.ok) return objects
  const found = Object.entries(objects.value).filter(([, { [faces.device]: own }]) => own && isNamed(own, name))
  return ok(found.map(([path]) => path))
}

export type Uart = {
  readonly device: string
  /** The characteristics that the board takes bytes by, and gives them. */
  readonly take: string
  readonly give: string
  /** What one write holds, in bytes. */
  readonly chunkBytes: number
}

/** ATT header of a write, in bytes. Source: Bluetooth Core 5.3, volume 3, part F, 3.4.5.1. */
const headerBytes = 3
const smallestMtu = 23

/** The UART of a connected device. Errors: ble/no-uart. */
export const findUart = async (bus: SystemBus, device: string): Promise<Result<Uart>> => {
  const objects = await objectsOf(bus)
  if (!objects.ok) return objects
  const own = Object.entries(objects.value).flatMap(([path, { [faces.uart]: properties }]) =>
    properties !== undefined && path.startsWith(`${device}/`) ? [{ path, properties }] : [],
  )
  const find = (uuid: string) => own.find(({ properties }) => textOf(properties, 'UUID').toLowerCase() === uuid)
  const [take, give] = [find(uartUuids.take), find(uartUuids.give)]
  if (take === undefined || give === undefined) return fail('ble/no-uart')
  const mtu = take.properties.MTU?.value
  const chunkBytes = (typeof mtu === 'number' && mtu > smallestMtu ? mtu : smallestMtu) - headerBytes
  return ok({ device, take: take.path, give: give.path, chunkBytes })
}
