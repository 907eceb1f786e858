import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { blockDevicesOf } from '../../../gateway/store/block-device.ts'
import { pageBytesFor } from '../../../gateway/store/commit-delay.ts'
import { commitDelayFor } from '../../../gateway/store/index.ts'
import { openSqlite } from '../../../gateway/store/sqlite.ts'
import { testFolder } from '../harness.ts'

/** A tree as the kernel shows it: devices by number with those below them, and a table of mounts. */
const kernelOf = (devices: Readonly<Record<string, { path: string; below?: string[] }>>, mounts: string[] = []) => {
  const root = testFolder()
  const [proc, sys] = [join(root, 'proc'), join(root, 'sys')]
  mkdirSync(join(proc, 'self'), { recursive: true })
  for (const folder of ['dev/block', 'class/block']) mkdirSync(join(sys, folder), { recursive: true })
  for (const [number, { path }] of Object.entries(devices)) {
    const full = join(sys, 'devices', path)
    mkdirSync(full, { recursive: true })
    symlinkSync(full, join(sys, 'dev/block', number))
    symlinkSync(full, join(sys, 'class/block', path.split('/').at(-1) ?? ''))
  }
  for (const { path, below = [] } of Object.values(devices)) {
    for (const part of below) {
      const slaves = join(sys, 'devices', path, 'slaves')
      mkdirSync(slaves, { recursive: true })
      symlinkSync(join(sys, 'devices', part), join(slaves, part.split('/').at(-1) ?? ''))
    }
  }
  writeFileSync(join(proc, 'self/mountinfo'), `${mounts.join('\n')}\n`)
  return { proc, sys }
}

/** 179:2, as makedev(3) packs it. */
const cardNumber = 179 * 256 + 2
const card = 'platform/mmc/mmc_host/mmc0/block/mmcblk0/mmcblk0p2'
const noDevice = 41

describe('the devices that a folder lies on', () => {
  it('are found by the number of its file system', () => {
    expect(blockDevicesOf('/data', kernelOf({ '179:2': { path: card } }), cardNumber)).toEqual(['mmcblk0p2'])
  })

  it('go down to what a device is put together of', () => {
    const files = kernelOf({ '253:3': { path: 'virtual/block/dm-3', below: [card] }, '179:2': { path: card } })
    expect(blockDevicesOf('/data', files, 253 * 256 + 3)).toEqual(['dm-3', 'mmcblk0p2'])
  })

  it('are found by the nearest mount where the number names none, as for btrfs', () => {
    const mounts = [
      '22 1 179:1 / / rw - ext4 /dev/sda1 rw',
      '30 22 0:41 / /srv\\040x rw,relatime shared:1 - btrfs /dev/mmcblk0p2 rw,ssd',
      '31 22 0:42 / /srv rw - tmpfs tmpfs rw',
    ]
    const files = kernelOf({ '179:2': { path: card } }, mounts)
    expect(blockDevicesOf('/srv x/hexfix', files, noDevice)).toEqual(['mmcblk0p2'])
    expect(blockDevicesOf('/srv/hexfix', files, noDevice)).toEqual([])
    expect(blockDevicesOf('/srv x2', files, noDevice)).toEqual(['sda1'])
  })

  it('are those of the upper folder of an overlay', () => {
    const upper = testFolder()
    const mounts = [
      `22 1 0:50 / / rw - overlay overlay rw,lowerdir=/a:/b,upperdir=${upper},workdir=/w`,
      `23 1 0:51 / ${upper} rw - btrfs /dev/mmcblk0p2 rw`,
    ]
    expect(blockDevicesOf('/', kernelOf({}, mounts), noDevice)).toEqual(blockDevicesOf(upper, kernelOf({}, mounts)))
  })

  it('are none where the system says nothing', () => {
    expect(blockDevicesOf('/data', { proc: '/nowhere', sys: '/nowhere' }, noDevice)).toEqual([])
  })
})

describe('how long a commit waits', () => {
  it.each([
    [undefined, ['vda'], 5, 'default'],
    [undefined, [], 5, 'default'],
    [undefined, ['mmcblk0p2'], 500, 'the store lies on mmcblk0p2'],
    [undefined, ['dm-0', 'mmcblk1'], 500, 'the store lies on mmcblk1'],
    [0, ['mmcblk0p2'], 0, 'configured'],
    [40, ['vda'], 40, 'configured'],
  ])('asked for %s on %j it is %i ms: %s', (asked, devices, ms, why) => {
    expect(commitDelayFor(asked, '/data', devices)).toEqual({ ms, why })
  })
})

describe('the pages of a store', () => {
  it('are small on a card and usual elsewhere', () => {
    expect([pageBytesFor('/data', ['dm-0', 'mmcblk0p2']), pageBytesFor('/data', ['vda'])]).toEqual([1024, 4096])
  })

  it('are as asked for in a new file, and stay in one that is there', () => {
    const path = join(testFolder(), 'pages.sqlite')
    for (const pageBytes of [1024, 4096]) {
      const sqlite = openSqlite(path, { pageBytes })
      sqlite.exec('CREATE TABLE IF NOT EXISTS t (n INTEGER) STRICT')
      expect(sqlite.prepare('PRAGMA page_size').get([])).toMatchObject({ page_size: 1024 })
      sqlite.close()
    }
  })
})
