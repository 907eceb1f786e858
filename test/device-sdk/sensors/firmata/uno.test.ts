import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readlinkSync, realpathSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { ok } from '../../../../device-sdk/protocol/index.ts'
import { firmataSensor } from '../../../../device-sdk/sensors/firmata.ts'
import { compensate, datasheetExample } from '../../../emulators/bme280.ts'
import { standardFirmata } from '../../../emulators/standard-firmata.ts'
import { noSocat, opened, openedSpec, plug, portPath, said } from '../serial.ts'

const image = standardFirmata()
const reason = noSocat ?? ('missing' in image ? image.missing : null)
const bundle = new URL('../../../../dist/device-sdk.js', import.meta.url).href
const program = fileURLToPath(new URL('../../../emulators/arduino-process.ts', import.meta.url))

type Uno = {
  tell(command: 'absent' | 'present' | 'pulse'): void
  /** Settles when it is started anew, after its port was closed. */
  ready(): Promise<unknown>
  unplug(): Promise<void>
}

/** An emulated Uno that runs the true StandardFirmata behind the serial port `path`. */
const plugUno = async (part: string, path: string): Promise<Uno> => {
  const file = 'path' in image ? image.path : ''
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', program, file, part, path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const { stdin, stdout } = child
  if (stdin === null || stdout === null) throw new Error('no pipes')
  stdin.on('error', () => {})
  const unplug = async (): Promise<void> => {
    stdin.end()
    await ended
  }
  onTestFinished(unplug)
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]()
  const ready = () => lines.next()
  await ready()
  return {
    ready,
    tell: (command) => {
      stdin.write(`${command}\n`)
    },
    unplug,
  }
}

const openFiles = (): string[] =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)]
    } catch {
      return []
    }
  })

describe('an Uno with StandardFirmata', () => {
  beforeEach((context) => {
    if (reason !== null) process.stderr.write(`skipped: ${reason}\n`)
    context.skip(reason !== null, reason ?? '')
  })

  it('measures weather by a BME280, in silence and without taking Ctrl-C for itself', async () => {
    const path = portPath()
    await plugUno('bme280', path)
    const log = vi.spyOn(console, 'log')
    const handlers = process.listenerCount('SIGINT')
    const sensor = await openedSpec(`firmata:bme280:${path}`)
    expect(sensor).toMatchObject({ name: 'firmata:bme280', schema: 1 })
    const { temperature, humidity, pressure } = { temperature: 0, humidity: 0, pressure: 0, ...(await said(sensor)) }
    const { calibration, raw } = datasheetExample
    const { cel, pa, rh } = compensate(calibration, raw)
    expect(temperature).toBeCloseTo(cel, 1)
    expect(Math.abs(humidity - rh)).toBeLessThan(0.1)
    expect(Math.abs(pressure - pa)).toBeLessThan(4)
    expect({ temperature, pressure }).toEqual({ temperature: 25.08, pressure: 100_656 })
    expect([log.mock.calls, process.listenerCount('SIGINT')]).toEqual([[], handlers])
  })

  it('measures volts, amperes and watts by an INA219; says that it was unplugged, and comes back with the port', async () => {
    const path = portPath()
    const uno = await plugUno('ina219', path)
    const sensor = await openedSpec(`firmata:ina219:${path}`)
    const energy = { energy: null, power: 15, voltage: 12, current: 1.255, frequency: null, pf: null }
    expect(await said(sensor)).toEqual(energy)
    await uno.unplug()
    expect(await said(sensor)).toEqual({ code: 'sensor/unplugged', detail: path })
    await plugUno('ina219', path)
    expect(await said(sensor)).toEqual(energy)
  })

  it('is read by the bundle, which carries johnny-five, and leaves nothing running that would keep its process', async () => {
    const path = portPath()
    await plugUno('ina219', path)
    const script = `import { openSensor } from ${JSON.stringify(bundle)}
      const sensor = await openSensor('firmata:ina219:${path}')
      const reading = await sensor.value.read()
      await sensor.value.close()
      process.stdout.write(JSON.stringify(reading))`
    const node = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [output] = await Promise.all([text(node.stdout), once(node, 'exit')])
    expect(JSON.parse(output)).toMatchObject({ value: { cells: [null, 15, 120, 1_255, null, null] } })
  })

  it('counts the pulses of a meter on a pin, over the port that a part on its bus is read by', async () => {
    const path = portPath()
    const uno = await plugUno('ina219', path)
    const meter = await openedSpec(`pulses:${path}:2:1000`)
    const gauge = await openedSpec(`firmata:ina219:${path}`)
    expect(await said(meter)).toMatchObject({ energy: 0, power: null })
    for (let i = 0; i < 3; i++) {
      uno.tell('pulse')
      await uno.ready()
    }
    expect(await said(gauge)).toMatchObject({ power: 15 })
    const { energy, power } = { energy: 0, power: 0, ...(await said(meter)) }
    expect(energy).toBe(3)
    // 1 Wh in 40 ms or more.
    expect(power).toBeGreaterThan(0)
    expect(power).toBeLessThan(3_600 / 0.04)
  })

  it('says that the part went off the bus, and has it back', async () => {
    const path = portPath()
    const uno = await plugUno('bmp280', path)
    const sensor = await openedSpec(`firmata:bme280:${path}`)
    const weather = { temperature: 25.08, humidity: null, pressure: 100_656 }
    expect(await said(sensor)).toEqual(weather)
    uno.tell('absent')
    await vi.waitUntil(async () => 'code' in (await said(sensor)), { timeout: 5_000, interval: 0 })
    uno.tell('present')
    await uno.ready()
    expect(await said(sensor)).toEqual(weather)
  })
})

describe.skipIf(noSocat !== null)(`a port without Firmata behind it ${noSocat ?? ''}`, () => {
  it.each([
    ['nothing', ''],
    ['noise', `$GPGGA,nonsense\r\n${'\xf0\x79\x02\xf7\xc0\xff'.repeat(50)}`],
  ])('that sends %s is silent', async (_, noise) => {
    const pty = await plug(portPath())
    pty.write(Buffer.from(noise, 'latin1'))
    const sensor = await opened(ok(firmataSensor({ part: 'bme280', path: pty.path, readyMs: 500 })))
    expect(await said(sensor)).toEqual({ code: 'sensor/silent', detail: `${pty.path}: no answer by Firmata` })
  })

  it('does not hold up the closing of the sensor', async () => {
    const pty = await plug(portPath())
    const device = realpathSync(pty.path)
    const sensor = await openedSpec(`firmata:bme280:${pty.path}`)
    const reading = said(sensor)
    await vi.waitUntil(() => openFiles().includes(device))
    await sensor.close()
    expect(await reading).toEqual({ code: 'sensor/unplugged', detail: pty.path })
    expect(openFiles()).not.toContain(device)
  })
})
