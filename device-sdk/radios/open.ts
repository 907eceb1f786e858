import type { Result } from '../protocol/index.ts'
import { fail } from '../protocol/index.ts'
import type { EtherOptions } from './ether/ether.ts'
import { etherRadio } from './ether/ether.ts'
import type { Radio } from './radio.ts'

/**
 * The radio that a command line names: `air:udp://127.0.0.1:PORT` is one in the simulated air.
 * Errors: radio/unknown-kind, and those of `etherRadio`.
 */
export const openRadio = async (spec: string, options: Omit<EtherOptions, 'air'>): Promise<Result<Radio>> => {
  const air = /^air:(.+)$/s.exec(spec)?.[1]
  if (air !== undefined) return etherRadio({ ...options, air })
  return fail('radio/unknown-kind', `"${spec}"; known: air:udp://127.0.0.1:PORT`)
}
