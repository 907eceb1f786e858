import type { I2cPart } from './i2c-part.ts'

export type Electrical = { readonly busV: number; readonly shuntMv: number }

/**
 * An INA219 by its registers (SBOS448G section 8.6), 16 bits each, high byte first: configuration 0 (0x399F after a reset),
 * shunt voltage 1 in steps of 10 uV, bus voltage 2 in steps of 4 mV above three status bits.
 */
export const ina219 = (options: {
  readonly address?: number
  readonly measured: () => Electrical
  readonly present?: () => boolean
}): I2cPart => {
  const present = options.present ?? (() => true)
  let pointer = 0
  let configuration = 0x399f
  let bytes: number[] = []
  let offset = 0
  const word = (): number => {
    const { busV, shuntMv } = options.measured()
    if (pointer === 0) return configuration
    if (pointer === 1) return Math.round(shuntMv * 100) & 0xffff
    return pointer === 2 ? (Math.round(busV / 0.004) << 3) | 0b10 : 0
  }
  return {
    addresses: [options.address ?? 0x40],
    present,
    start: () => {
      bytes = []
      offset = 0
    },
    write: (byte) => {
      bytes.push(byte)
      if (bytes.length === 1) pointer = byte
      if (bytes.length === 3 && pointer === 0) {
        const value = ((bytes[1] ?? 0) << 8) | byte
        configuration = (value & 0x8000) === 0 ? value : 0x399f
      }
    },
    read: () => (word() >> (offset++ % 2 === 0 ? 8 : 0)) & 0xff,
  }
}
