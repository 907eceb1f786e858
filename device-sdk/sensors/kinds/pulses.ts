import { ok } from '../../protocol/index.ts'
import { firmataPulsesSensor } from '../firmata-pulses.ts'
import type { Kind } from './kind.ts'

export const pulses: Kind = {
  name: 'pulses',
  forms: ['pulses:PORT:PIN:PULSES-PER-KWH'],
  open: (rest) => {
    const [, path, pin, perKwh] = /^(.+):(\d{1,2}):(\d{1,6})$/s.exec(rest) ?? []
    if (path === undefined || Number(perKwh) === 0) return null
    return ok(firmataPulsesSensor({ path, pin: Number(pin), pulsesPerKwh: Number(perKwh) }))
  },
}
