import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fail } from '../../../../device-sdk/protocol/index.ts'
import { connectBme280 } from '../../../../device-sdk/sensors/firmata/bme280.ts'
import type { Calibration, Raw } from '../../../emulators/bme280.ts'
import { bme280, compensate, datasheetExample } from '../../../emulators/bme280.ts'
import type { I2cPart } from '../../../emulators/i2c-part.ts'
import { boardWith } from './board-with.ts'

const settledMs = 5_000
const connectTo = async (part: I2cPart) => {
  const { board, sample } = boardWith(part)
  const reader = await connectBme280(board)
  if (!reader.ok) return () => Promise.resolve(reader)
  // The driver sets its reading up in promises, and passes its first second over.
  await new Promise((resolve) => setImmediate(resolve))
  vi.setSystemTime(Date.now() + settledMs)
  return async () => {
    let settled = false
    const values = reader.value().finally(() => {
      settled = true
    })
    while (!settled) {
      sample()
      vi.setSystemTime(Date.now() + 200)
      await new Promise((resolve) => setImmediate(resolve))
    }
    return values
  }
}
const measure = async (calibration: Calibration, raw: Raw) => {
  const values = await (await connectTo(bme280({ chip: 'bme280', calibration, raw: () => raw })))()
  if (!values.ok) throw new Error(values.error.code)
  return values.value
}

describe('a BME280 through the driver of johnny-five', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('gives the temperature and the pressure of the datasheet for its example', async () => {
    const { calibration, raw } = datasheetExample
    const [cel, , pa] = await measure(calibration, raw)
    // BST-BMP280-DS001 section 3.12: 25.08 Cel and 100 653.27 Pa; the integer formula of 32 bits is 3 Pa off.
    expect(cel).toBe(25.08)
    expect(Math.abs((pa ?? 0) - 100_653.27)).toBeLessThan(4)
    expect(compensate(calibration, raw).pa).toBeCloseTo(100_653.27, 1)
  })

  it('agrees with the formulas in double precision, over parts and weather', async () => {
    const calibration = fc.record({
      h2: fc.integer({ min: 300, max: 400 }),
      h4: fc.integer({ min: -400, max: 400 }),
      h5: fc.integer({ min: -100, max: 100 }),
      h6: fc.integer({ min: -30, max: 30 }),
    })
    const raw = fc.record({
      temperature: fc.integer({ min: 420_000, max: 600_000 }),
      pressure: fc.integer({ min: 300_000, max: 480_000 }),
      humidity: fc.integer({ min: 15_000, max: 45_000 }),
    })
    const close = async ({ h2, h4, h5, h6 }: { h2: number; h4: number; h5: number; h6: number }, seen: Raw) => {
      const { t, p } = datasheetExample.calibration
      const part: Calibration = { t, p, h: [75, h2, 0, h4, h5, h6] }
      const { cel, pa, rh } = compensate(part, seen)
      fc.pre(cel > -39 && cel < 84 && pa > 31_000 && pa < 109_000)
      const [gotCel = 0, gotRh = 0, gotPa = 0] = await measure(part, seen)
      expect(Math.abs((gotCel ?? 0) - cel)).toBeLessThan(0.011)
      expect(Math.abs((gotPa ?? 0) - pa)).toBeLessThan(12)
      expect(Math.abs((gotRh ?? 0) - rh)).toBeLessThan(0.05)
    }
    await fc.assert(fc.asyncProperty(calibration, raw, close), { numRuns: 200 })
  })

  it('has no humidity where the part is a BMP280, at its other address too', async () => {
    const { calibration, raw } = datasheetExample
    const read = await connectTo(bme280({ chip: 'bmp280', address: 0x77, calibration, raw: () => raw }))
    expect(await read()).toEqual({ ok: true, value: [25.08, null, expect.any(Number)] })
  })

  it('gives nothing while the part is off the bus, though the board goes on sending its last bytes', async () => {
    const { calibration, raw } = datasheetExample
    let there = true
    const read = await connectTo(bme280({ chip: 'bme280', calibration, raw: () => raw, present: () => there }))
    expect((await read()).ok).toBe(true)
    there = false
    expect(await read()).toEqual(fail('sensor/no-part', 'BME280 at I2C 0x76 is gone'))
  })

  it('gives nothing of a part that lost its power for a moment, whose registers hold what a reset leaves', async () => {
    const { calibration, raw } = datasheetExample
    let there = true
    const read = await connectTo(bme280({ chip: 'bme280', calibration, raw: () => raw, present: () => there }))
    there = false
    expect((await read()).ok).toBe(false)
    there = true
    expect(await read()).toEqual(fail('sensor/implausible', 'BME280 does not measure: it was reset'))
  })

  it('gives nothing of a part outside of what it can measure', async () => {
    const { calibration } = datasheetExample
    const raw = () => ({ temperature: 900_000, pressure: 415_148, humidity: 29_400 })
    const read = await connectTo(bme280({ chip: 'bme280', calibration, raw }))
    expect(await read()).toMatchObject({ error: { code: 'sensor/implausible' } })
  })

  it('is not looked for in another chip', async () => {
    const part = bme280({ chip: 'bme280', ...datasheetExample, raw: () => datasheetExample.raw })
    const other: I2cPart = { ...part, read: () => 0x61 }
    const error = { code: 'sensor/no-part', detail: expect.stringContaining('0x76 is a chip 97') }
    expect(await (await connectTo(other))()).toEqual({ ok: false, error })
  })
})
