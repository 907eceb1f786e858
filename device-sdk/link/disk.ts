import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { basename, join } from 'node:path'

/** The disk below a folder, as Linux tells it. */
export type Disk = {
  /** `vda1`, `mmcblk0p2`; null where it cannot be told. */
  readonly device: string | null
  readonly fileSystem: string | null
  /** An SD card or eMMC: flash that every synchronised write wears. */
  readonly isCard: boolean
}

type Mount = { readonly device: string; readonly at: string; readonly fileSystem: string; readonly source: string }

/** proc(5): spaces and the like stand as octal numbers. */
const plain = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

/** proc_pid_mountinfo(5): id, parent, major:minor, root, mount point, options, optional fields, `-`, type, source. */
const mountOf = (line: string): Mount | null => {
  const [mounted, described] = line.split(' - ')
  const [, , device, , at] = mounted?.split(' ') ?? []
  const [fileSystem, source] = described?.split(' ') ?? []
  if (device === undefined || at === undefined || fileSystem === undefined || source === undefined) return null
  return { device, at: plain(at), fileSystem, source: plain(source) }
}

const holds = (at: string, path: string): boolean => path === at || path.startsWith(at === '/' ? at : `${at}/`)

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

const unknown: Disk = { device: null, fileSystem: null, isCard: false }

/** @param root - where /proc and /sys are: `/` but in tests. */
export const diskOf = (folder: string, root = '/'): Disk => {
  try {
    const path = realpathSync(folder)
    const mounts = readFileSync(join(root, 'proc/self/mountinfo'), 'utf8').split('\n').map(mountOf)
    let found: Mount | null = null
    // A later line with the same mount point hides an earlier one.
    for (const one of mounts) {
      if (one !== null && holds(one.at, path) && one.at.length >= (found?.at.length ?? 0)) found = one
    }
    if (found === null) return unknown
    const block = join(root, 'sys/dev/block', found.device)
    // Encrypted and logical volumes stand on others: theirs is the wear.
    const below = namesIn(join(block, 'slaves'))
    let device = basename(found.source)
    try {
      device = basename(realpathSync(block))
    } catch {
      // Btrfs and overlays have no block device of their own; the source names one, or none.
    }
    const isCard = [device, basename(found.source), ...below].some((name) => /^mmcblk/.test(name))
    return { device, fileSystem: found.fileSystem, isCard }
  } catch {
    return unknown
  }
}

const commitDelayMs = { card: 500, other: 5 }

/** How long reports may wait to be synchronised together: longer on flash that each synchronisation wears. */
export const commitDelayOf = ({ isCard }: Disk): number => (isCard ? commitDelayMs.card : commitDelayMs.other)
