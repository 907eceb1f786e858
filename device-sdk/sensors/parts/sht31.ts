import { fail, ok } from '../../protocol/result.ts'
import type { I2c, Part } from './part.ts'

/** Sensirion, data sheet SHT3x-DIS: table 9, one measurement of high repeatability without clock stretching. */
const measureCommand = [0x24, 0x00]
/** Table 4: at most 15.5 ms at high repeatability. */
const measureMs = 17
const fullScale = 65_535

/** Section 4.12: CRC-8 of the two bytes of a word, polynomial 0x31, starting at 0xFF. */
export const crcOfWord = (bytes: Uint8Array, at: number): number => {
  let crc = 0xff
  for (let i = at; i < at + 2; i++) {
    crc ^= bytes[i] as number
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x80 ? 0x31 : 0)) & 0xff
  }
  return crc
}

/** An SHT31, SHT30 or SHT35 under schema 1, which has no pressure. Errors of a reading: sensor/no-part, sensor/garbled. */
export const sht31 = (bus: I2c, address: number): Part => ({
  schema: 1,
  read: (done) => {
    bus.transfer(address, measureCommand, 0, (started) => {
      if (started === null) return done(fail('sensor/no-part', 'SHT31'))
      setTimeout(() => {
        bus.transfer(address, [], 6, (data) => {
          if (data === null) return done(fail('sensor/no-part', 'SHT31'))
          if (crcOfWord(data, 0) !== data[2] || crcOfWord(data, 3) !== data[5])
            return done(fail('sensor/garbled', 'SHT31: checksum'))
          const word = (at: number): number => (data[at] as number) * 256 + (data[at + 1] as number)
          // Section 4.13.
          done(ok([(175 * word(0)) / fullScale - 45, (100 * word(3)) / fullScale, null]))
        })
      }, measureMs)
    })
  },
})
