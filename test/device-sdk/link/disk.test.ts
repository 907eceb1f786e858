import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commitDelayOf, diskOf } from '../../../device-sdk/link/index.ts'
import { testFolder } from '../../gateway/harness.ts'

type Made = { readonly mounts: readonly string[]; readonly blocks?: Readonly<Record<string, readonly string[]>> }

/** A folder that is told, by files like those of Linux, to lie on other disks. `blocks`: `179:2 mmcblk0p2` -> what it stands on. */
const disk = ({ mounts, blocks = {} }: Made) => {
  const root = testFolder()
  mkdirSync(join(root, 'proc/self'), { recursive: true })
  mkdirSync(join(root, 'sys/dev/block'), { recursive: true })
  const folder = join(root, 'a b')
  mkdirSync(folder)
  const lines = mounts.map((line) => line.replace('HERE', folder.replaceAll(' ', '\\040')))
  writeFileSync(join(root, 'proc/self/mountinfo'), `${lines.join('\n')}\n`)
  for (const [block, below] of Object.entries(blocks)) {
    const [number = '', name = ''] = block.split(' ')
    const device = join(root, 'sys/devices', name)
    for (const one of below) mkdirSync(join(device, 'slaves', one), { recursive: true })
    mkdirSync(device, { recursive: true })
    symlinkSync(device, join(root, 'sys/dev/block', number))
  }
  return diskOf(folder, root)
}

const rootOnSsd = '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw'

describe('the disk below a folder', () => {
  it('is that of the longest mount point above it', () => {
    const blocks = { '254:0 vda': [], '179:2 mmcblk0p2': [] }
    expect(disk({ mounts: [rootOnSsd], blocks })).toEqual({ device: 'vda', fileSystem: 'ext4', isCard: false })
    const card = '30 27 179:2 / HERE rw shared:1 - vfat /dev/root rw'
    expect(disk({ mounts: [card, rootOnSsd], blocks })).toEqual({
      device: 'mmcblk0p2',
      fileSystem: 'vfat',
      isCard: true,
    })
  })

  it('is a card where a volume on a card is mounted, or a file system names one', () => {
    const luks = '27 1 253:0 / / rw - ext4 /dev/mapper/root rw'
    expect(disk({ mounts: [luks], blocks: { '253:0 dm-0': ['mmcblk0p2'] } })).toMatchObject({
      device: 'dm-0',
      isCard: true,
    })
    const btrfs = '27 1 0:25 /@ / rw - btrfs /dev/mmcblk0p2 rw'
    expect(disk({ mounts: [btrfs] })).toMatchObject({ device: 'mmcblk0p2', isCard: true })
  })

  it('decides how long reports wait for each other', () => {
    const card = '27 1 179:2 / / rw - ext4 /dev/mmcblk0p2 rw'
    expect([card, rootOnSsd].map((line) => commitDelayOf(disk({ mounts: [line] })))).toEqual([500, 5])
  })

  it('that cannot be told is no card', () => {
    expect(diskOf('/', testFolder())).toEqual({ device: null, fileSystem: null, isCard: false })
    expect(disk({ mounts: ['nonsense', ''] }).device).toBeNull()
  })
})
