import { ok } from '../../protocol/index.ts'
import { sds011Sensor } from '../sds011.ts'
import { pathAndNumbers } from './forms.ts'
import type { Kind } from './kind.ts'

export const sds011: Kind = {
  name: 'sds011',
  forms: ['sds011:PORT[:WARMUP]'],
  open: (rest) => {
    const { path, numbers } = pathAndNumbers(rest, 1)
    const [warmUpS] = numbers
    return rest === ''
      ? null
      : ok(sds011Sensor({ path, ...(warmUpS === undefined ? {} : { warmUpMs: warmUpS * 1000 }) }))
  },
}
