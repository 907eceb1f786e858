import type { I2cPart } from './i2c-part.ts'
import { registerPart } from './i2c-part.ts'

/** What the part's memory holds: 16-bit words T1..T3 and P1..P9, then H1..H6, by the names of table 16. */
export type Calibration = {
  readonly t: readonly [number, number, number]
  readonly p: readonly [number, number, number, number, number, number, number, number, number]
  readonly h: readonly [number, number, number, number, number, number]
}
export type Raw = { readonly temperature: number; readonly pressure: number; readonly humidity: number }

/** BST-BMP280-DS001 section 3.12, "Calculation of pressure and temperature": 25.08 Cel and 100 653 Pa. */
export const datasheetExample = {
  calibration: {
    t: [27_504, 26_435, -1_000],
    p: [36_477, -10_685, 3_024, 2_855, 140, -7, 15_500, -14_600, 6_000],
    h: [75, 354, 0, 334, 0, 30],
  },
  raw: { temperature: 519_888, pressure: 415_148, humidity: 29_400 },
} satisfies { calibration: Calibration; raw: Raw }

const chipIds = { bme280: 0x60, bmp280: 0x58 }
const resetWord = 0xb6

/** 20 bits, as msb, lsb, xlsb with the low four bits empty. */
const bits20 = (value: number): number[] => [value >> 12, (value >> 4) & 0xff, (value & 0xf) << 4]

/**
 * A BME280 or BMP280 by its memory map (BST-BME280-DS001 section 5.3): id, calibration, ctrl_hum, ctrl_meas and the data.
 * Until ctrl_meas starts a measurement, data registers hold the values of a reset, 0x80000 and 0x8000.
 */
export const bme280 = (options: {
  readonly chip: 'bme280' | 'bmp280'
  readonly address?: number
  readonly calibration: Calibration
  readonly raw: () => Raw
  readonly present?: () => boolean
}): I2cPart => {
  const memory = new Uint8Array(256)
  const { t, p, h } = options.calibration
  const words = new DataView(memory.buffer)
  for (const [i, word] of [...t, ...p].entries()) words.setInt16(0x88 + 2 * i, word, true)
  memory[0xd0] = chipIds[options.chip]
  const humid = options.chip === 'bme280'
  if (humid) {
    const [h1, h2, h3, h4, h5, h6] = h
    memory[0xa1] = h1
    words.setInt16(0xe1, h2, true)
    memory.set([h3, (h4 >> 4) & 0xff, (h4 & 0xf) | ((h5 & 0xf) << 4), (h5 >> 4) & 0xff, h6 & 0xff], 0xe3)
  }
  let measuresHumidity = false
  const reset = (): void => {
    memory[0xf2] = 0
    memory[0xf4] = 0
    measuresHumidity = false
  }
  const data = (): number[] => {
    const measuring = ((memory[0xf4] ?? 0) & 0b11) !== 0
    const { temperature, pressure, humidity } = options.raw()
    const wet = measuring && measuresHumidity ? humidity : 0x8000
    const dry = measuring ? [...bits20(pressure), ...bits20(temperature)] : [...bits20(0x80000), ...bits20(0x80000)]
    return [...dry, ...(humid ? [wet >> 8, wet & 0xff] : [0, 0])]
  }
  const present = options.present ?? (() => true)
  let absent = false
  return registerPart([options.address ?? 0x76], {
    present: () => {
      // Off the bus it has no power either, and wakes with the registers of a reset.
      if (present()) absent = false
      else if (!absent) {
        absent = true
        reset()
      }
      return !absent
    },
    get: (register) =>
      register >= 0xf7 && register <= 0xfe ? (data()[register - 0xf7] ?? 0) : (memory[register] ?? 0),
    set: (register, byte) => {
      if (register === 0xe0 && byte === resetWord) reset()
      if (register === 0xf2 || register === 0xf4 || register === 0xf5) memory[register] = byte
      // Section 5.4.3: ctrl_hum takes effect with the next write of ctrl_meas.
      if (register === 0xf4) measuresHumidity = ((memory[0xf2] ?? 0) & 0b111) !== 0
    },
  })
}

/**
 * What a part with this calibration measured, by the formulas in double precision of BST-BME280-DS001 section 8.1, which
 * share nothing with the integer formulas of a driver. Cel, Pa, %RH.
 */
export const compensate = ({ t, p, h }: Calibration, raw: Raw): { cel: number; pa: number; rh: number } => {
  const a = (raw.temperature / 16_384 - t[0] / 1_024) * t[1]
  const b = (raw.temperature / 131_072 - t[0] / 8_192) ** 2 * t[2]
  const fine = a + b

  let x = fine / 2 - 64_000
  let y = (x * x * p[5]) / 32_768 + x * p[4] * 2
  y = y / 4 + p[3] * 65_536
  x = (1 + ((p[2] * x * x) / 524_288 + p[1] * x) / 524_288 / 32_768) * p[0]
  let pa = ((1_048_576 - raw.pressure - y / 4_096) * 6_250) / x
  pa += ((p[8] * pa * pa) / 2_147_483_648 + (pa * p[7]) / 32_768 + p[6]) / 16

  const warm = fine - 76_800
  const slope = 1 + (h[2] / 67_108_864) * warm
  const scale = (h[1] / 65_536) * (1 + (h[5] / 67_108_864) * warm * slope)
  const wet = (raw.humidity - (h[3] * 64 + (h[4] / 16_384) * warm)) * scale
  const rh = wet * (1 - (h[0] * wet) / 524_288)
  return { cel: fine / 5_120, pa, rh: Math.min(100, Math.max(0, rh)) }
}

/** The least input of 20 or 16 bits of which a rising function reaches a value. */
const reaches = (most: number, value: number, of: (input: number) => number): number => {
  let [low, high] = [0, most]
  while (low < high) {
    const middle = (low + high) >> 1
    if (of(middle) < value) low = middle + 1
    else high = middle
  }
  return low
}

/** What the converters of a part with this calibration read in this weather: `compensate` the other way round. */
export const rawOf = (calibration: Calibration, weather: { cel: number; pa: number; rh: number }): Raw => {
  const { cel, pa, rh } = weather
  const dry = { pressure: 0, humidity: 0 }
  const temperature = reaches(0xfffff, cel, (input) => compensate(calibration, { ...dry, temperature: input }).cel)
  // Pressure falls as its reading rises.
  const fallen = (input: number): number => compensate(calibration, { temperature, humidity: 0, pressure: input }).pa
  const pressure = reaches(0xfffff, -pa, (input) => -fallen(input))
  const humidity = reaches(
    0xffff,
    rh,
    (input) => compensate(calibration, { temperature, pressure, humidity: input }).rh,
  )
  return { temperature, pressure, humidity }
}
