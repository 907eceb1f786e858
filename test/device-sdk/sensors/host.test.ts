import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hostSensor } from '../../../device-sdk/sensors/index.ts'

const netDev = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:    3193      29    0    0    0     0          0         0     3193      29    0    0    0     0       0          0
  eth0: 394621182   11835    0    0    0     0          0         0  1177655    7670    0    0    0     0       0          0
 wlan0:1000   7    0    0    0     0          0         0  2000    9    0    0    0     0       0          0
`
const files = {
  'proc/loadavg': '0.52 0.58 0.59 1/467 12345\n',
  'proc/meminfo':
    'MemTotal:        4000000 kB\nMemFree:          100000 kB\nMemAvailable:    3000000 kB\nSwapTotal: 0 kB\n',
  'proc/uptime': '350735.47 234388.90\n',
  'proc/net/dev': netDev,
  'sys/class/thermal/thermal_zone0/temp': '41250\n',
  'sys/class/thermal/thermal_zone1/temp': '47774\n',
  'sys/class/thermal/cooling_device0/temp': '99000\n',
}

describe('the host sensor', () => {
  let root: string
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const cells = async (from = root): Promise<readonly (number | null)[]> => {
    const reading = await hostSensor({ root: from }).read()
    if (!reading.ok) throw new Error(reading.error.code)
    return reading.value.cells
  }
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'hexfix-host-'))
  })
  afterEach(() => rmSync(root, { recursive: true }))

  it('reads load, memory, hottest zone, uptime and traffic of all but the loopback', async () => {
    for (const [path, text] of Object.entries(files)) write(path, text)
    const [load, memory, , temperature, uptime, rx, tx] = await cells()
    expect({ load, memory, temperature, uptime, rx, tx }).toEqual({
      load: 52,
      memory: 250,
      temperature: 478,
      uptime: 350_735,
      rx: 394_622_182,
      tx: 1_179_655,
    })
  })

  it('reads the use of the disk as a percentage', async () => {
    const disk = (await cells())[2]
    expect(disk).toBeGreaterThanOrEqual(0)
    expect(disk).toBeLessThanOrEqual(1_000)
  })

  it('gives nulls where the machine tells nothing', async () => {
    expect(await cells(join(root, 'absent'))).toEqual([null, null, null, null, null, null, null])
  })

  it('gives nulls for files that are garbage', async () => {
    for (const path of Object.keys(files)) write(path, 'garbage: \0 ✗\n')
    expect((await cells()).filter((_, i) => i !== 2)).toEqual([null, null, null, null, null, null])
  })

  it('takes a zone under absolute zero for one that measures nothing', async () => {
    write('sys/class/thermal/thermal_zone0/temp', '-274000\n')
    expect((await cells())[3]).toBeNull()
  })

  it('takes a machine with the loopback alone for one that tells no traffic', async () => {
    write('proc/net/dev', netDev.split('\n').slice(0, 3).join('\n'))
    expect((await cells()).slice(5)).toEqual([null, null])
  })

  it('leaves a count over 53 bits null', async () => {
    write('proc/net/dev', netDev.replace('394621182', '18446744073709551615'))
    expect((await cells()).slice(5)).toEqual([null, 1_179_655])
  })

  it.runIf(process.platform === 'linux')('measures this machine', async () => {
    const sensor = hostSensor()
    expect(sensor).toMatchObject({ name: 'host', schema: 5 })
    const reading = await sensor.read()
    await sensor.close()
    if (!reading.ok) throw new Error(reading.error.code)
    const { schema, timeS } = reading.value
    expect({ schema, timeS }).toEqual({ schema: 5, timeS: null })
    const [load, memory, disk, , uptime] = reading.value.cells
    for (const cell of [load, memory, disk, uptime]) expect(cell).toEqual(expect.any(Number))
    for (const percent of [memory, disk]) expect(percent).toBeLessThanOrEqual(1_000)
  })
})
