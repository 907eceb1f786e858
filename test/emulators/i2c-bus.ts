import type { I2c } from '../../device-sdk/sensors/parts/part.ts'
import type { I2cPart } from './i2c-part.ts'

/** One write, one read or both with a repeated start between them; null where nobody acknowledges. */
const transferOn = (
  parts: readonly I2cPart[],
  address: number,
  bytes: readonly number[],
  count: number,
): Uint8Array | null => {
  const part = parts.find((one) => one.addresses.includes(address) && one.present())
  if (part === undefined) return null
  if (bytes.length > 0) {
    part.start(true)
    for (const byte of bytes) part.write(byte)
  }
  if (count > 0) part.start(false)
  return Uint8Array.from({ length: count }, () => part.read() & 0xff)
}

/** The bus of a driver, with these parts on it. */
export const busOf = (...parts: readonly I2cPart[]): I2c => ({
  transfer: (address, bytes, count, done) => done(transferOn(parts, address, bytes, count)),
})
