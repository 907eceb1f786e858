import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { bh1750 } from '../../../../device-sdk/sensors/parts/bh1750.ts'
import { bme280 } from '../../../../device-sdk/sensors/parts/bme280.ts'
import { ina219 } from '../../../../device-sdk/sensors/parts/ina219.ts'
import type { Measured, Part } from '../../../../device-sdk/sensors/parts/part.ts'
import { crcOfWord, sht31 } from '../../../../device-sdk/sensors/parts/sht31.ts'
import * as bh1750Chip from '../../../emulators/bh1750.ts'
import * as bme280Chip from '../../../emulators/bme280.ts'
import { busOf } from '../../../emulators/i2c-bus.ts'
import type { I2cPart } from '../../../emulators/i2c-part.ts'
import * as ina219Chip from '../../../emulators/ina219.ts'
import * as sht31Chip from '../../../emulators/sht31.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const read = async (part: Part): Promise<Measured> => {
  const measured = new Promise<Measured>((resolve) => part.read(resolve))
  await vi.runAllTimersAsync()
  return measured
}
const valuesOf = (measured: Measured): readonly (number | null)[] => (measured.ok ? measured.value : [])
const codeOf = (measured: Measured): string | null => (measured.ok ? null : measured.error.code)

describe('the driver of the BME280', () => {
  const chip = (more: Partial<Parameters<typeof bme280Chip.bme280>[0]> = {}): I2cPart =>
    bme280Chip.bme280({
      chip: 'bme280',
      ...bme280Chip.datasheetExample,
      raw: () => bme280Chip.datasheetExample.raw,
      ...more,
    })

  it('gives what the data sheet computes for its example: 25.08 Cel and 100 653.27 Pa', async () => {
    const [cel, , pa] = valuesOf(await read(bme280(busOf(chip({ chip: 'bmp280' })), 0x76)))
    expect(cel).toBeCloseTo(25.08, 2)
    expect(pa).toBeCloseTo(100_653.27, 1)
  })

  /** BST-BME280-DS001 section 4.2.3, bme280_compensate_H_int32: 32-bit integers, in Q22.10. */
  const integerHumidity = (h: readonly number[], tFine: number, raw: number): number => {
    const [h1 = 0, h2 = 0, h3 = 0, h4 = 0, h5 = 0, h6 = 0] = h
    const x = tFine - 76_800
    const wet = ((raw << 14) - (h4 << 20) - Math.imul(h5, x) + 16_384) >> 15
    const warm = (Math.imul(Math.imul(x, h6) >> 10, (Math.imul(x, h3) >> 11) + 32_768) >> 10) + 2_097_152
    let v = Math.imul(wet, (Math.imul(warm, h2) + 8_192) >> 14)
    v -= Math.imul(Math.imul(v >> 15, v >> 15) >> 7, h1) >> 4
    return (Math.min(Math.max(v, 0), 419_430_400) >> 12) / 1024
  }

  it.each([
    ['of the example', bme280Chip.datasheetExample.calibration.h, 29_400],
    ['with a negative H4 and H5', [75, 354, 0, -20, -50, 30], 8_000],
    ['with a negative H2 and H6', [75, 362, 3, 310, 50, -12], 31_000],
  ] as const)(
    'agrees in humidity with the integer formulas of the data sheet, by a calibration %s',
    async (_, h, humidity) => {
      const { calibration, raw } = bme280Chip.datasheetExample
      const wet = { ...raw, humidity }
      const part = chip({
        calibration: { ...calibration, h: [...h] as [number, number, number, number, number, number] },
        raw: () => wet,
      })
      const [, rh] = valuesOf(await read(bme280(busOf(part), 0x76)))
      const expected = integerHumidity(h, 128_422, humidity)
      expect(expected).toBeGreaterThan(5)
      expect(expected).toBeLessThan(95)
      expect(rh).toBeCloseTo(expected, 1)
    },
  )

  it('gives no humidity for a BMP280', async () => {
    expect(valuesOf(await read(bme280(busOf(chip({ chip: 'bmp280' })), 0x76)))[1]).toBeNull()
  })

  it('says that nobody answers, that it is another chip, and comes back when the part does', async () => {
    expect(codeOf(await read(bme280(busOf(), 0x76)))).toBe('sensor/no-part')
    const other = ina219Chip.ina219({ address: 0x76, measured: () => ({ busV: 0, shuntMv: 0 }) })
    expect(codeOf(await read(bme280(busOf(other), 0x76)))).toBe('sensor/no-part')
    let there = true
    const part = bme280(busOf(chip({ present: () => there })), 0x76)
    expect(codeOf(await read(part))).toBeNull()
    there = false
    expect(codeOf(await read(part))).toBe('sensor/no-part')
    there = true
    expect(codeOf(await read(part))).toBeNull()
  })

  it('takes no value that the part cannot measure', async () => {
    const { raw } = bme280Chip.datasheetExample
    expect(codeOf(await read(bme280(busOf(chip({ raw: () => ({ ...raw, temperature: 0xfffff }) })), 0x76)))).toBe(
      'sensor/implausible',
    )
    const blank = { t: [0, 0, 0], p: [0, 0, 0, 0, 0, 0, 0, 0, 0], h: [0, 0, 0, 0, 0, 0] } as const
    expect(codeOf(await read(bme280(busOf(chip({ calibration: blank })), 0x76)))).toBe('sensor/implausible')
  })
})

describe('the driver of the SHT31', () => {
  it('computes the checksum of the data sheet: 0x92 for 0xBEEF', () => {
    expect(crcOfWord(Uint8Array.of(0xbe, 0xef), 0)).toBe(0x92)
    for (const word of [0, 0xffff, 0x1234, 0x8001])
      expect(crcOfWord(Uint8Array.of(word >> 8, word & 0xff), 0)).toBe(sht31Chip.sensirionCrc(word >> 8, word & 0xff))
  })

  it('gives the ends of its scale and their middle', async () => {
    const ends = [
      [0, -45, 0],
      [0xffff, 130, 100],
      [0x6666, 25, 40],
    ] as const
    for (const [raw, cel, rh] of ends) {
      const bus = busOf(sht31Chip.sht31({ raw: () => ({ temperature: raw, humidity: raw }) }))
      const [temperature, humidity, pressure] = valuesOf(await read(sht31(bus, 0x44)))
      expect(temperature).toBeCloseTo(cel, 2)
      expect(humidity).toBeCloseTo(rh, 2)
      expect(pressure).toBeNull()
    }
  })

  it('takes no value of which one bit turned', async () => {
    for (let bit = 0; bit < 48; bit++) {
      const noise = (bytes: number[]) => bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
      const bus = busOf(sht31Chip.sht31({ raw: () => ({ temperature: 0x6666, humidity: 0x8000 }), noise }))
      expect(codeOf(await read(sht31(bus, 0x44)))).toBe('sensor/garbled')
    }
  })

  it('says that nobody answers', async () => {
    expect(codeOf(await read(sht31(busOf(), 0x44)))).toBe('sensor/no-part')
  })
})

describe('the driver of the BH1750', () => {
  it('gives lux, and wakes the part for each reading', async () => {
    let lux = 250
    const part = bh1750(busOf(bh1750Chip.bh1750(() => lux)), 0x23, 1024)
    expect(valuesOf(await read(part))[0]).toBeCloseTo(250, 0)
    lux = 40_000
    expect(valuesOf(await read(part))[0]).toBeCloseTo(40_000, 0)
    expect(part.schema).toBe(1024)
  })

  it('says that nobody answers', async () => {
    expect(codeOf(await read(bh1750(busOf(), 0x23, 1024)))).toBe('sensor/no-part')
  })
})

describe('the driver of the INA219', () => {
  it('gives volts, amperes and watts, with the sign of the current', async () => {
    let measured = { busV: 12, shuntMv: 50 }
    const part = ina219(busOf(ina219Chip.ina219({ measured: () => measured })), 0x40)
    expect(valuesOf(await read(part))).toEqual([null, 6, 12, 0.5, null, null])
    measured = { busV: 5, shuntMv: -10 }
    expect(valuesOf(await read(part))).toEqual([null, -0.5, 5, -0.1, null, null])
  })

  it('says that nobody answers, that it is another chip, and that the current is beyond its range', async () => {
    expect(codeOf(await read(ina219(busOf(), 0x40)))).toBe('sensor/no-part')
    const other = sht31Chip.sht31({ address: 0x40, raw: () => ({ temperature: 0, humidity: 0 }) })
    expect(codeOf(await read(ina219(busOf(other), 0x40)))).toBe('sensor/no-part')
    const full = ina219Chip.ina219({ measured: () => ({ busV: 5, shuntMv: 320 }) })
    expect(codeOf(await read(ina219(busOf(full), 0x40)))).toBe('sensor/implausible')
  })
})
