import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { linuxPorts } from '../../../firmware/toolchain/flash/ports.ts'

/** A sysfs as the kernel lays it out: an Uno on ttyACM0, a port of the mainboard on ttyS0. */
const plantSystem = () => {
  const root = mkdtempSync(join(tmpdir(), 'hexfix-sysfs-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const folders = { tty: join(root, 'class/tty'), byId: join(root, 'by-id'), dev: '/dev' }
  const usb = join(root, 'devices/usb1/1-1')
  mkdirSync(join(usb, '1-1:1.0/tty/ttyACM0'), { recursive: true })
  writeFileSync(join(usb, 'idVendor'), '2341\n')
  writeFileSync(join(usb, 'idProduct'), '0043\n')
  writeFileSync(join(usb, 'serial'), '75830303\n')
  symlinkSync(join(usb, '1-1:1.0'), join(usb, '1-1:1.0/tty/ttyACM0/device'))
  mkdirSync(join(root, 'devices/platform/ttyS0'), { recursive: true })
  mkdirSync(folders.tty, { recursive: true })
  symlinkSync(join(usb, '1-1:1.0/tty/ttyACM0'), join(folders.tty, 'ttyACM0'))
  symlinkSync(join(root, 'devices/platform/ttyS0'), join(folders.tty, 'ttyS0'))
  mkdirSync(folders.byId)
  return folders
}

it('lists ports of USB devices with their ids and stable names, and no other', async () => {
  const folders = plantSystem()
  symlinkSync('../../ttyACM0', join(folders.byId, 'usb-Arduino_75830303'))
  expect(await linuxPorts(folders)).toEqual([
    {
      path: '/dev/ttyACM0',
      vid: '2341',
      pid: '0043',
      serial: '75830303',
      stable: join(folders.byId, 'usb-Arduino_75830303'),
    },
  ])
})

it('lists by stable name what sysfs does not show, and nothing where there is nothing', async () => {
  const folders = plantSystem()
  symlinkSync('../../ttyUSB3', join(folders.byId, 'usb-Other'))
  const stable = join(folders.byId, 'usb-Other')
  const absent = { ...folders, tty: join(folders.tty, 'absent') }
  expect(await linuxPorts(absent)).toEqual([{ path: '/dev/ttyUSB3', vid: null, pid: null, serial: null, stable }])
  expect(await linuxPorts({ ...absent, byId: absent.tty })).toEqual([])
})
