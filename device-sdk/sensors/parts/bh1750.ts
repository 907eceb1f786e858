import { fail, ok } from '../../protocol/result.ts'
import type { I2c, Part } from './part.ts'

/** ROHM, data sheet BH1750FVI: instruction set. It goes back to sleep after one measurement. */
const powerOn = [0x01]
const measureOnce = [0x20]
/** H-resolution mode: at most 180 ms. */
const measureMs = 185
/** Counts for one lux at the sensitivity of a reset. */
const countsPerLux = 1.2

/**
 * A BH1750 under a schema of the network's own with one field, illuminance in lx: no standard schema has light.
 * It has neither an identity nor a checksum. Errors of a reading: sensor/no-part.
 */
export const bh1750 = (bus: I2c, address: number, schema: number): Part => ({
  schema,
  read: (done) => {
    const gone = (): void => done(fail('sensor/no-part', 'BH1750'))
    bus.transfer(address, powerOn, 0, (woken) => {
      if (woken === null) return gone()
      bus.transfer(address, measureOnce, 0, (started) => {
        if (started === null) return gone()
        setTimeout(() => {
          bus.transfer(address, [], 2, (data) => {
            if (data === null) gone()
            else done(ok([((data[0] as number) * 256 + (data[1] as number)) / countsPerLux]))
          })
        }, measureMs)
      })
    })
  },
})
