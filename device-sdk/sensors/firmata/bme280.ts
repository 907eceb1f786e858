/// <reference path="./johnny-five-sip.d.ts" />
import type { Result } from '../../protocol/index.ts'
import { fail, ok } from '../../protocol/index.ts'
import type { FirmataBoard } from './board.ts'
import type { FirmataIo, I2c } from './i2c.ts'
import type { PartReader } from './part.ts'
import { answerMs } from './part.ts'

/** Pin SDO at ground, or at the supply. */
const addresses = [0x76, 0x77]
const idRegister = 0xd0
/** BST-BME280-DS001 section 5.4.1; BST-BMP280-DS001 section 4.3.1, the last two are its samples. */
const chips = new Map<number, 'BME280' | 'BMP280'>([
  [0x60, 'BME280'],
  [0x58, 'BMP280'],
  [0x57, 'BMP280'],
  [0x56, 'BMP280'],
])
/** The driver keeps its first second to itself, while the filter settles. */
const settledMs = 3_000

const find = async (i2c: I2c): Promise<Result<{ address: number; chip: 'BME280' | 'BMP280' }>> => {
  const seen: string[] = []
  for (const address of addresses) {
    const id = await i2c.readOnce(address, idRegister, 1)
    const chip = chips.get(id.ok ? (id.value[0] ?? 0) : 0)
    if (chip !== undefined) return ok({ address, chip })
    if (id.ok) seen.push(`, 0x${address.toString(16)} is a chip ${id.value[0]}`)
  }
  return fail('sensor/no-part', `BME280 or BMP280 at I2C 0x76 or 0x77${seen.join('')}`)
}

/**
 * Gives the driver the sign of dig_H4 and dig_H5, which are signed words of 12 bits whose high bytes stand at 0xE4 and 0xE6
 * (BST-BME280-DS001 table 16): johnny-five 2.1.0 shifts the bytes as they come and takes negative ones for large ones.
 */
const signHumidityWords = (io: FirmataIo): void => {
  const { i2cReadOnce } = io
  io.i2cReadOnce = (address, register, count, reply) =>
    i2cReadOnce.call(io, address, register, count, (bytes) => {
      const high = register === 0xe1 ? [3, 5] : []
      reply(bytes.map((byte, i) => (high.includes(i) && byte > 127 ? byte - 256 : byte)))
    })
}

/** Data registers of a part that does not measure, because it was just reset: 0x80000 for pressure and temperature. */
const isIdle = (bytes: readonly number[]): boolean => [0x80, 0, 0, 0x80, 0, 0].every((byte, i) => bytes[i] === byte)

/** Operating ranges of the datasheets, section 1: -40 to 85 Cel and 300 to 1100 hPa. */
const isPlausible = (cel: number, pa: number): boolean => cel >= -40 && cel <= 85 && pa >= 30_000 && pa <= 110_000

/**
 * A BME280, or a BMP280, which has no humidity: null. Compensated by johnny-five's driver with the 32-bit formulas of the
 * datasheet, which give pressure within some Pa of its 64-bit ones.
 */
export const connectBme280 = async ({ line, i2c }: FirmataBoard): Promise<Result<PartReader>> => {
  const found = await line.settle(find(i2c), answerMs, () => fail('sensor/silent', line.path))
  if (!found.ok) return found
  const { address, chip } = found.value
  const { default: sip } = await import('johnny-five/lib/sip.js')
  signHumidityWords(i2c.io)
  let latest: { readonly values: readonly (number | null)[] | null } = { values: null }
  const driver = sip.Drivers.get({ io: i2c.io }, chip, { address })
  // The registry would hold every board that ever was connected.
  sip.Drivers.clear()
  driver.on('data', ({ temperature, pressure, humidity }) => {
    // Q22.10, section 4.2.3.
    latest = { values: [temperature, humidity === undefined ? null : humidity / 1024, pressure] }
  })
  const measure = async (): Promise<Result<readonly (number | null)[]>> => {
    const untilMs = Date.now() + settledMs
    for (;;) {
      latest = { values: null }
      const reply = await i2c.nextReply()
      if (!reply.ok) return fail('sensor/no-part', `${chip} at I2C 0x${address.toString(16)} is gone`)
      const { values } = latest
      if (values !== null && !isIdle(reply.value)) return ok(values)
      if (Date.now() > untilMs) return fail('sensor/implausible', `${chip} does not measure: it was reset`)
    }
  }
  return ok(async () => {
    const values = await line.settle(measure(), settledMs + answerMs, () => fail('sensor/silent', line.path))
    if (!values.ok) return values
    const [cel, , pa] = values.value
    if (isPlausible(cel ?? Number.NaN, pa ?? Number.NaN)) return values
    return fail('sensor/implausible', `${chip}: ${cel} Cel, ${pa} Pa`)
  })
}
