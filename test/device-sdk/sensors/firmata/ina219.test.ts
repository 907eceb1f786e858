import { describe, expect, it } from 'vitest'
import { connectIna219 } from '../../../../device-sdk/sensors/firmata/ina219.ts'
import { bme280, datasheetExample } from '../../../emulators/bme280.ts'
import type { Electrical } from '../../../emulators/ina219.ts'
import { ina219 } from '../../../emulators/ina219.ts'
import { boardWith } from './board-with.ts'

const read = async (measured: Electrical) => {
  const reader = await connectIna219(boardWith(ina219({ measured: () => measured })).board)
  if (!reader.ok) throw new Error(reader.error.code)
  return reader.value()
}

describe('an INA219', () => {
  it.each([
    [12.04, 125.5, 1.255],
    // A battery that is charged: the current flows against the arrow.
    [3.7, -50, -0.5],
    [0, 0, 0],
    [26, 319.99, 3.1999],
  ])('at %d V and %d mV over its shunt measures %d A', async (busV, shuntMv, ampere) => {
    const values = await read({ busV, shuntMv })
    const [, watt = null, volt = null, current = null] = values.ok ? values.value : []
    expect(volt).toBeCloseTo(busV, 9)
    expect(current).toBeCloseTo(ampere, 9)
    expect(watt).toBeCloseTo(busV * ampere, 9)
  })

  it.each([320, -320])(
    'gives nothing at %d mV, where its range ends and the true current is unknown',
    async (shuntMv) => {
      expect(await read({ busV: 12, shuntMv })).toMatchObject({ error: { code: 'sensor/implausible' } })
    },
  )

  it('is not found on an empty bus', async () => {
    const part = ina219({ measured: () => ({ busV: 0, shuntMv: 0 }), present: () => false })
    const error = { code: 'sensor/no-part', detail: 'INA219 at I2C 0x40' }
    expect(await connectIna219(boardWith(part).board)).toEqual({ ok: false, error })
  })

  it('is not found in another part at its address', async () => {
    const { calibration, raw } = datasheetExample
    const part = bme280({ chip: 'bme280', address: 0x40, calibration, raw: () => raw })
    const error = { code: 'sensor/no-part', detail: 'what is at I2C 0x40 is no INA219' }
    expect(await connectIna219(boardWith(part).board)).toEqual({ ok: false, error })
  })
})
