import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Where the kernel tells of devices and mounts; a test has trees of its own. */
export type KernelFiles = { readonly proc: string; readonly sys: string }

const kernel: KernelFiles = { proc: '/proc', sys: '/sys' }

const orNull = <T>(read: () => T): T | null => {
  try {
    return read()
  } catch {
    return null
  }
}

/** major:minor of a device number, as Linux packs them (makedev(3)); devices of block storage fit 32 bits. */
const numberOf = (dev: number): string => `${(dev >>> 8) & 0xfff}:${(dev & 0xff) | ((dev >>> 12) & 0xfff00)}`

/** A device and, for one that is put together of others (LVM, dm-crypt, RAID), those below it. */
const withParts = (path: string): string[] => {
  const parts = orNull(() => readdirSync(join(path, 'slaves'))) ?? []
  const below = parts.flatMap((part) => withParts(orNull(() => realpathSync(join(path, 'slaves', part))) ?? part))
  return [basename(path), ...below]
}

/** Mount points have space, tab, newline and backslash in octal (proc_pid_mountinfo(5)). */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

type Mount = { readonly point: string; readonly source: string; readonly options: string }

const mountOf = (folder: string, { proc }: KernelFiles): Mount | null => {
  const lines = (orNull(() => readFileSync(join(proc, 'self/mountinfo'), 'utf8')) ?? '').split('\n')
  let nearest: Mount | null = null
  for (const line of lines) {
    const [before = '', after = ''] = line.split(' - ')
    const point = unescaped(before.split(' ')[4] ?? '')
    const [, source = '', options = ''] = after.split(' ')
    const holds = point !== '' && (folder === point || folder.startsWith(point === '/' ? '/' : `${point}/`))
    // Of two on one point the later one is seen.
    if (holds && point.length >= (nearest?.point.length ?? 0)) nearest = { point, source: unescaped(source), options }
  }
  return nearest
}

/**
 * The block devices that a folder lies on, as the kernel names them, that of its file system first: `mmcblk0p2`, or `dm-0`
 * and `sda3`. None where there are none, or where this system does not say (tmpfs, a network, not Linux).
 */
export const blockDevicesOf = (folder: string, files: KernelFiles = kernel, dev?: number): string[] => {
  const number = numberOf(dev ?? orNull(() => statSync(folder).dev) ?? 0)
  const known = orNull(() => realpathSync(join(files.sys, 'dev/block', number)))
  if (known !== null) return withParts(known)
  // btrfs and overlays have numbers that belong to no device: their mounts say what lies below.
  const mount = mountOf(orNull(() => realpathSync(folder)) ?? folder, files)
  const upper = /(?:^|,)upperdir=([^,]+)/.exec(mount?.options ?? '')?.[1]
  if (upper !== undefined && upper !== folder) return blockDevicesOf(upper, files)
  if (!mount?.source.startsWith('/dev/')) return []
  const name = basename(orNull(() => realpathSync(mount.source)) ?? mount.source)
  const path = orNull(() => realpathSync(join(files.sys, 'class/block', name)))
  return path === null ? [name] : withParts(path)
}
