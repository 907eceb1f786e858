import { ok } from '../../protocol/index.ts'
import { hostSensor } from '../host.ts'
import type { Kind } from './kind.ts'

export const host: Kind = {
  name: 'host',
  forms: ['host'],
  open: (rest) => (rest === '' ? ok(hostSensor()) : null),
}
