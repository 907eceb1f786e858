import { fail, ok } from '../../protocol/result.ts'
import type { I2c, Measured, Part } from './part.ts'

const idRegister = 0xd0
/** BST-BME280-DS001 section 5.4.1; BST-BMP280-DS001 section 4.3.1, the last two are its samples. */
const bme280Id = 0x60
const bmp280Ids = [0x58, 0x57, 0x56]
/** Sections 5.4.3 and 5.4.5: oversampling of one for each quantity, one measurement in forced mode. */
const controlHumidity = [0xf2, 0x01]
const controlMeasure = [0xf4, 0x25]
/** Section 9.1: at most 9.3 ms at these settings; parts of Node and of Espruino count whole milliseconds. */
const measureMs = 12
const dataRegister = 0xf7

/** Table 16, in its names: T1 to T3, P1 to P9, H1 to H6. */
type Calibration = { readonly t: readonly number[]; readonly p: readonly number[]; readonly h: readonly number[] }

const unsigned = (bytes: Uint8Array, at: number): number => (bytes[at] as number) | ((bytes[at + 1] as number) << 8)
const signed = (bytes: Uint8Array, at: number): number => (unsigned(bytes, at) << 16) >> 16

const wordsFrom = (bytes: Uint8Array, at: number, count: number): number[] => {
  const words = [unsigned(bytes, at)]
  for (let i = 1; i < count; i++) words.push(signed(bytes, at + 2 * i))
  return words
}

/** H4 and H5 are signed words of 12 bits: their high bytes stand at 0xE4 and 0xE6, and 0xE5 has the low four of each. */
const humidityWords = (first: number, rest: Uint8Array): number[] => {
  const high4 = ((rest[3] as number) << 24) >> 20
  const high5 = ((rest[5] as number) << 24) >> 20
  const low = rest[4] as number
  return [
    first,
    signed(rest, 0),
    rest[2] as number,
    high4 | (low & 15),
    high5 | (low >> 4),
    ((rest[6] as number) << 24) >> 24,
  ]
}

const fineOf = (t: readonly number[], raw: number): number => {
  const t1 = t[0] as number
  const step = raw / 131_072 - t1 / 8_192
  return (raw / 16_384 - t1 / 1_024) * (t[1] as number) + step * step * (t[2] as number)
}

/** Pa; NaN where the calibration is none. */
const pressureOf = (p: readonly number[], fine: number, raw: number): number => {
  const at = (i: number): number => p[i - 1] as number
  const x = fine / 2 - 64_000
  const slope = (x * x * at(6)) / 131_072 + (x * at(5)) / 2 + at(4) * 65_536
  const gain = (1 + ((at(3) * x * x) / 524_288 + at(2) * x) / 17_179_869_184) * at(1)
  const pa = ((1_048_576 - raw - slope / 4_096) * 6_250) / gain
  return pa + ((at(9) * pa * pa) / 2_147_483_648 + (pa * at(8)) / 32_768 + at(7)) / 16
}

const humidityOf = (h: readonly number[], fine: number, raw: number): number => {
  const at = (i: number): number => h[i - 1] as number
  const warm = fine - 76_800
  const scale = (at(2) / 65_536) * (1 + ((at(6) * warm) / 67_108_864) * (1 + (at(3) * warm) / 67_108_864))
  const wet = (raw - (at(4) * 64 + (at(5) / 16_384) * warm)) * scale
  return Math.min(100, Math.max(0, wet * (1 - (at(1) * wet) / 524_288)))
}

/** Operating ranges of the data sheets, section 1: -40 to 85 Cel and 300 to 1100 hPa. NaN is in none. */
const isPlausible = (cel: number, pa: number): boolean => cel >= -40 && cel <= 85 && pa >= 30_000 && pa <= 110_000

/** Data registers after a reset, of a part that did not measure. */
const isIdle = (data: Uint8Array): boolean => data[0] === 0x80 && data[1] === 0 && data[3] === 0x80 && data[4] === 0

/** Compensation in double precision: BST-BME280-DS001 section 8.1. */
const valuesOf = (calibration: Calibration, data: Uint8Array): Measured => {
  const at = (i: number): number => data[i] as number
  if (isIdle(data)) return fail('sensor/implausible', 'BME280 does not measure')
  const fine = fineOf(calibration.t, (at(3) << 12) | (at(4) << 4) | (at(5) >> 4))
  const cel = fine / 5_120
  const pa = pressureOf(calibration.p, fine, (at(0) << 12) | (at(1) << 4) | (at(2) >> 4))
  if (!isPlausible(cel, pa)) return fail('sensor/implausible', 'BME280')
  const rh = calibration.h.length === 0 ? null : humidityOf(calibration.h, fine, (at(6) << 8) | at(7))
  return ok([cel, rh, pa])
}

/**
 * A BME280 under schema 1, or a BMP280, which has no humidity. It sleeps between readings.
 * Errors of a reading: sensor/no-part, sensor/implausible.
 */
export const bme280 = (bus: I2c, address: number): Part => {
  let calibration: Calibration | null = null
  const gone = (done: (measured: Measured) => void): void => {
    calibration = null
    done(fail('sensor/no-part', 'BME280'))
  }
  const readHumidity = (dry: Uint8Array, t: number[], p: number[], done: (measured: Measured) => void): void =>
    bus.transfer(address, [0xe1], 7, (rest) => {
      if (rest === null) return gone(done)
      calibration = { t, p, h: humidityWords(dry[25] as number, rest) }
      measure(calibration, done)
    })
  const setUp = (humid: boolean, done: (measured: Measured) => void): void =>
    bus.transfer(address, [0x88], 26, (dry) => {
      if (dry === null) return gone(done)
      const t = wordsFrom(dry, 0, 3)
      const p = wordsFrom(dry, 6, 9)
      if (humid) return readHumidity(dry, t, p, done)
      calibration = { t, p, h: [] }
      measure(calibration, done)
    })
  const measure = (known: Calibration, done: (measured: Measured) => void): void =>
    bus.transfer(address, controlHumidity, 0, (wet) => {
      if (wet === null) return gone(done)
      // Section 5.4.3: what is written to ctrl_hum takes effect with the next write of ctrl_meas.
      bus.transfer(address, controlMeasure, 0, (started) => {
        if (started === null) return gone(done)
        setTimeout(() => {
          bus.transfer(address, [dataRegister], 8, (data) => {
            if (data === null) gone(done)
            else done(valuesOf(known, data))
          })
        }, measureMs)
      })
    })
  return {
    schema: 1,
    read: (done) => {
      if (calibration !== null) return measure(calibration, done)
      bus.transfer(address, [idRegister], 1, (id) => {
        const chip = id === null ? 0 : (id[0] as number)
        if (chip === bme280Id || bmp280Ids.indexOf(chip) >= 0) setUp(chip === bme280Id, done)
        else gone(done)
      })
    },
  }
}
