import { bme280, datasheetExample } from '../bme280.ts'
import type { I2cPart } from '../i2c-part.ts'

/** A BME280 of the data sheet's example. */
export const weather = (): I2cPart => {
  const { calibration, raw } = datasheetExample
  return bme280({ chip: 'bme280', address: 0x77, calibration, raw: () => raw })
}
