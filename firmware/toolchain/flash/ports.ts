import { readdir, readFile, readlink, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** A serial port that is plugged in; what its USB device does not say is null. `vid` and `pid` are four hex digits. */
export type Port = {
  readonly path: string
  readonly vid: string | null
  readonly pid: string | null
  readonly serial: string | null
  /** A name that is the same in any socket, from /dev/serial/by-id. */
  readonly stable: string | null
}

export type SystemFolders = { readonly tty: string; readonly byId: string; readonly dev: string }
const linuxFolders: SystemFolders = { tty: '/sys/class/tty', byId: '/dev/serial/by-id', dev: '/dev' }
/** From the interface of a USB device up to the device: an interface, a hub's port, and some spare. */
const parentsMax = 6

const text = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').then(
    (content) => content.trim(),
    () => null,
  )
const names = (folder: string): Promise<string[]> => readdir(folder).catch(() => [])

/** The USB device that a tty belongs to: the nearest folder above it that has a vendor. */
const usbOf = async (tty: string): Promise<Pick<Port, 'vid' | 'pid' | 'serial'> | null> => {
  let folder = await realpath(join(tty, 'device')).catch(() => null)
  for (let i = 0; i < parentsMax && folder !== null; i++) {
    const vid = await text(join(folder, 'idVendor'))
    if (vid !== null) {
      return { vid, pid: await text(join(folder, 'idProduct')), serial: await text(join(folder, 'serial')) }
    }
    folder = dirname(folder)
  }
  return null
}

/**
 * The serial ports of USB devices on Linux, from sysfs. Why not `SerialPort.list`: on Linux it runs `udevadm`, which small
 * systems and containers lack, and says no more than this.
 */
export const linuxPorts = async (folders: SystemFolders = linuxFolders): Promise<Port[]> => {
  const stable = new Map<string, string>()
  for (const name of await names(folders.byId)) {
    const target = await readlink(join(folders.byId, name)).catch(() => '')
    stable.set(basename(target), join(folders.byId, name))
  }
  const ports: Port[] = []
  const unseen = new Set(stable.keys())
  for (const name of (await names(folders.tty)).sort()) {
    const usb = await usbOf(join(folders.tty, name))
    if (usb === null) continue
    unseen.delete(name)
    ports.push({ path: join(folders.dev, name), ...usb, stable: stable.get(name) ?? null })
  }
  for (const name of unseen) {
    const none = { vid: null, pid: null, serial: null }
    ports.push({ path: join(folders.dev, name), ...none, stable: stable.get(name) ?? null })
  }
  return ports
}

/** Every serial port of a USB device. */
export const listPorts = async (): Promise<Port[]> => {
  if (process.platform === 'linux') return linuxPorts()
  const { SerialPort } = await import('serialport')
  return (await SerialPort.list()).map(({ path, vendorId, productId, serialNumber }) => ({
    path,
    vid: vendorId?.toLowerCase() ?? null,
    pid: productId?.toLowerCase() ?? null,
    serial: serialNumber ?? null,
    stable: null,
  }))
}
