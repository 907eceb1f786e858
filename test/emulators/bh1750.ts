import type { I2cPart } from './i2c-part.ts'

/** A BH1750FVI by its instruction set: 0x01 wakes it, 0x20 measures once in steps of 1/1.2 lx and puts it back to sleep. */
export const bh1750 = (lux: () => number, present: () => boolean = () => true): I2cPart => {
  let awake = false
  let bytes: number[] = []
  return {
    addresses: [0x23],
    present,
    start: () => {},
    write: (byte) => {
      if (byte === 0x01) awake = true
      if (byte !== 0x20 || !awake) return
      const counts = Math.min(0xffff, Math.round(lux() * 1.2))
      bytes = [counts >> 8, counts & 0xff]
      awake = false
    },
    read: () => bytes.shift() ?? 0,
  }
}
