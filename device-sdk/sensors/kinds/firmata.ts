import { ok } from '../../protocol/index.ts'
import { firmataParts, firmataSensor } from '../firmata.ts'
import { nameAndPort } from './forms.ts'
import type { Kind } from './kind.ts'

export const firmata: Kind = {
  name: 'firmata',
  forms: Object.keys(firmataParts).map((part) => `firmata:${part}:PORT`),
  open: (rest) => {
    const [part, path] = nameAndPort(rest)
    return Object.hasOwn(firmataParts, part) ? ok(firmataSensor({ part, path })) : null
  },
}
