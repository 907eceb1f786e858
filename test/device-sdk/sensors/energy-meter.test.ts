import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { ok, standardSchema } from '../../../device-sdk/protocol/index.ts'
import { energyMeterSensor } from '../../../device-sdk/sensors/energy-meter.ts'
import { meters } from '../../../device-sdk/sensors/energy-meters.ts'
import { modbusFrame, modbusSlave } from '../../emulators/modbus-slave.ts'
import type { Pty } from '../../emulators/pty.ts'
import { noSocat, opened, openedSpec, plug, portPath, said } from './serial.ts'

const floats = new Map([
  [0x0000, 231.4],
  [0x0006, 4.326],
  [0x000c, 985.7],
  [0x001e, 0.9847],
  [0x0046, 49.98],
  [0x0048, 1234.567],
])
const measured = { energy: 1_234_567, power: 986, voltage: 231.4, current: 4.326, frequency: 49.98, pf: 0.985 }

type Change = (frame: Uint8Array) => Uint8Array | null
/** A meter at the far end, whose frames go through `change` on their way. */
const connectMeter = (pty: Pty, { unit = 1, values = floats, change = (frame) => frame }: MeterAtEnd = {}): void => {
  const send = (frame: Uint8Array): void => {
    const changed = change(frame)
    if (changed !== null) pty.write(changed)
  }
  pty.onData(modbusSlave({ unit, floats: values, send }).receive)
}
type MeterAtEnd = { readonly unit?: number; readonly values?: ReadonlyMap<number, number>; readonly change?: Change }

const shortWait = (path: string) => opened(ok(energyMeterSensor({ meter: 'sdm120', path, answerMs: 200 })))

describe('the slave of these tests', () => {
  it('has the checksum that Modbus over serial line gives as its example', () => {
    // Section 6.2.2: the frame 02 07 has the CRC 41 12 on the line.
    expect([...modbusFrame(0x02, 0x07)]).toEqual([0x02, 0x07, 0x41, 0x12])
  })
})

describe('the table of meters', () => {
  it('names fields of the energy schema, each once, at even addresses', () => {
    const names = standardSchema(3)?.fields.map(([name]) => name)
    for (const { registers } of Object.values(meters)) {
      for (const { field, address } of registers) expect([names?.includes(field), address % 2]).toEqual([true, 0])
      expect(new Set(registers.map(({ field }) => field)).size).toBe(registers.length)
    }
  })
})

describe.skipIf(noSocat !== null)(`an energy meter over Modbus RTU ${noSocat ?? ''}`, () => {
  it('is read as an SDM120: volts, amperes, watts, hertz, power factor and Wh', async () => {
    const pty = await plug(portPath())
    connectMeter(pty)
    const sensor = await openedSpec(`modbus:sdm120:${pty.path}`)
    expect(sensor).toMatchObject({ name: 'modbus:sdm120', schema: 3 })
    expect(await said(sensor)).toEqual(measured)
  })

  it('is asked by its unit number, at the baud rate that is named', async () => {
    const pty = await plug(portPath())
    connectMeter(pty, { unit: 17 })
    expect(await said(await openedSpec(`modbus:sdm120:${pty.path}:9600:17`))).toEqual(measured)
  })

  it('feeds power back as negative watts', async () => {
    const pty = await plug(portPath())
    connectMeter(pty, { values: new Map([...floats, [0x000c, -1500.2]]) })
    expect(await said(await openedSpec(`modbus:sdm120:${pty.path}`))).toMatchObject({ power: -1500 })
  })

  it('is silent where another unit is asked, and says which', async () => {
    const pty = await plug(portPath())
    connectMeter(pty, { unit: 2 })
    const silent = { code: 'sensor/silent', detail: expect.stringContaining('unit 1, voltage: no answer') }
    expect(await said(await shortWait(pty.path))).toEqual(silent)
  })

  it('is garbled where a bit of an answer is flipped, and well again after it', async () => {
    const path = portPath()
    const pty = await plug(path)
    connectMeter(pty, { change: (frame) => frame.map((byte, i) => (i === 5 ? byte ^ 0x10 : byte)) })
    const sensor = await openedSpec(`modbus:sdm120:${path}`)
    expect(await said(sensor)).toMatchObject({ code: 'sensor/garbled', detail: expect.stringContaining('CRC') })
    await pty.ended
    connectMeter(await plug(path))
    expect(await said(sensor)).toEqual(measured)
  })

  it('says that a register is refused', async () => {
    const pty = await plug(portPath())
    connectMeter(pty, { values: new Map([...floats].filter(([address]) => address !== 0x46)) })
    const refused = { code: 'sensor/request-refused', detail: expect.stringContaining('frequency') }
    expect(await said(await openedSpec(`modbus:sdm120:${pty.path}`))).toEqual(refused)
  })

  it('gives no reading of a value that is no number', async () => {
    const pty = await plug(portPath())
    connectMeter(pty, { values: new Map([...floats, [0x0006, Number.NaN]]) })
    expect(await said(await openedSpec(`modbus:sdm120:${pty.path}`))).toMatchObject({ code: 'sensor/implausible' })
  })

  it('never takes a late answer for that to the next question', async () => {
    const path = portPath()
    const pty = await plug(path)
    const late: Uint8Array[] = []
    connectMeter(pty, {
      change: (frame) => {
        late.push(frame)
        return null
      },
    })
    const sensor = await shortWait(path)
    expect(await said(sensor)).toMatchObject({ code: 'sensor/silent' })
    expect(late).toHaveLength(1)
    await pty.ended
    connectMeter(await plug(path))
    expect(await said(sensor)).toEqual(measured)
  })

  it('says that it was unplugged, and comes back with the port', async () => {
    const path = portPath()
    const pty = await plug(path)
    connectMeter(pty)
    const sensor = await openedSpec(`modbus:sdm120:${path}`)
    expect(await said(sensor)).toEqual(measured)
    await pty.unplug()
    await delay(0)
    expect(await said(sensor)).toMatchObject({ code: 'sensor/unplugged' })
    expect(await said(sensor)).toMatchObject({ code: 'sensor/unplugged', detail: path })
    connectMeter(await plug(path))
    expect(await said(sensor)).toEqual(measured)
  })
})
