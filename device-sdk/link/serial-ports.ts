import { accessSync, constants, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** A serial port that is there. */
export type SerialPortFound = {
  readonly path: string
  /** Its name under /dev/serial/by-id, which stays the same in any socket; null where it has none. */
  readonly byId: string | null
  /** The group that owns it, by name, else by number. */
  readonly group: string
  /** Whether this user may open it. */
  readonly usable: boolean
}

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}

const groupName = (gid: number, groups: string): string =>
  groups
    .split('\n')
    .find((line) => line.split(':')[2] === String(gid))
    ?.split(':')[0] ?? String(gid)

const mayOpen = (path: string): boolean => {
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
    return true
  } catch {
    return false
  }
}

/**
 * The serial ports of this machine, by /sys/class/tty. Why not `SerialPort.list()`: it runs udevadm, which small systems lack.
 * @param root - where /dev, /etc and /sys are: `/` but in tests.
 */
export const serialPorts = (root = '/'): SerialPortFound[] => {
  const tty = join(root, 'sys/class/tty')
  const byId = new Map<string, string>()
  for (const name of namesIn(join(root, 'dev/serial/by-id'))) {
    try {
      const link = join(root, 'dev/serial/by-id', name)
      byId.set(realpathSync(link), link)
    } catch {
      // It was unplugged in between.
    }
  }
  const groups = textOf(join(root, 'etc/group'))
  // Consoles have no device; an 8250 driver names ports that no chip is behind, of type 0 (PORT_UNKNOWN).
  const real = namesIn(tty).filter(
    (name) => namesIn(join(tty, name, 'device')).length > 0 && textOf(join(tty, name, 'type')) !== '0',
  )
  return real.flatMap((name): SerialPortFound[] => {
    const path = join(root, 'dev', name)
    try {
      const { gid } = statSync(path)
      return [{ path, byId: byId.get(path) ?? null, group: groupName(gid, groups), usable: mayOpen(path) }]
    } catch {
      return []
    }
  })
}
