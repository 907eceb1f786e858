import type { I2cPart } from './i2c-part.ts'

/** CRC-8 of Sensirion by long division of polynomials: another way than a driver would go. 0x31 is x^8 + x^5 + x^4 + 1. */
export const sensirionCrc = (high: number, low: number): number => {
  // Starting at 0xFF is the same as turning the first eight bits.
  let rest = (((high << 8) | low) << 8) ^ 0xff0000
  for (let bit = 23; bit >= 8; bit--) if ((rest & (1 << bit)) !== 0) rest ^= 0x131 << (bit - 8)
  return rest
}

const bytesOf = (word: number): number[] => [word >> 8, word & 0xff, sensirionCrc(word >> 8, word & 0xff)]

/**
 * An SHT31 by its data sheet (Sensirion SHT3x-DIS, sections 4.3 and 4.12): the command 0x2400 measures once, what is read
 * after it are two words with their checksums. Without a measurement it does not acknowledge a read.
 */
export const sht31 = (options: {
  readonly address?: number
  readonly raw: () => { readonly temperature: number; readonly humidity: number }
  /** Turns bits of the wire. */
  readonly noise?: (bytes: number[]) => number[]
  readonly present?: () => boolean
}): I2cPart => {
  let command: number[] = []
  let data: number[] = []
  return {
    addresses: [options.address ?? 0x44],
    present: options.present ?? (() => true),
    start: (write) => {
      if (write) command = []
    },
    write: (byte) => {
      command.push(byte)
      if (command[0] !== 0x24 || command[1] !== 0x00) return
      const { temperature, humidity } = options.raw()
      data = (options.noise ?? ((bytes) => bytes))([...bytesOf(temperature), ...bytesOf(humidity)])
    },
    read: () => data.shift() ?? 0xff,
  }
}
