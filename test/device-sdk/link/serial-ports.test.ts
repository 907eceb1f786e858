import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { serialPorts } from '../../../device-sdk/link/index.ts'
import { testFolder } from '../../gateway/harness.ts'

it('lists the serial ports that have hardware, with their stable names and owning groups, without udev', () => {
  const root = testFolder()
  const made = (path: string, content: string | null): void => {
    mkdirSync(join(root, path, '..'), { recursive: true })
    if (content === null) mkdirSync(join(root, path), { recursive: true })
    else writeFileSync(join(root, path), content)
  }
  made('sys/class/tty/ttyUSB0/device/driver', '')
  made('sys/class/tty/ttyS0/device/driver', '')
  made('sys/class/tty/ttyS0/type', '0\n')
  made('sys/class/tty/ttyS1/device/driver', '')
  made('sys/class/tty/ttyS1/type', '4\n')
  made('sys/class/tty/tty1', null)
  for (const name of ['ttyUSB0', 'ttyS0', 'ttyS1', 'tty1']) made(`dev/${name}`, '')
  made('dev/serial/by-id', null)
  symlinkSync(join(root, 'dev/ttyUSB0'), join(root, 'dev/serial/by-id/usb-Arduino_Uno-if00'))
  symlinkSync(join(root, 'dev/gone'), join(root, 'dev/serial/by-id/usb-Gone'))
  made('etc/group', `other:x:4711:\ndialout:x:${statSync(root).gid}:\n`)
  const [serial, usb, ...more] = serialPorts(root)
  expect(serial).toMatchObject({ path: join(root, 'dev/ttyS1'), byId: null, group: 'dialout', usable: true })
  expect(usb).toMatchObject({
    path: join(root, 'dev/ttyUSB0'),
    byId: join(root, 'dev/serial/by-id/usb-Arduino_Uno-if00'),
  })
  expect(more).toEqual([])
  expect(serialPorts(testFolder())).toEqual([])
})
