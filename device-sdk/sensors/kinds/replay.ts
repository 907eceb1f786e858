import { replaySensor } from '../replay.ts'
import type { Kind } from './kind.ts'

const weatherSchema = 1

export const replay: Kind = {
  name: 'replay',
  forms: ['replay:FILE'],
  open: (rest, options) => (rest === '' ? null : replaySensor({ ...options, file: rest, schema: weatherSchema })),
}
