import type { Result } from '../protocol/index.ts'
import { fail } from '../protocol/index.ts'
import type { EtherOptions } from './ether.ts'
import { etherRadio } from './ether.ts'
import type { Radio } from './radio.ts'

/** Opens the radio that a command line names: `air:udp://127.0.0.1:PORT`. */
export const openRadio = async (spec: string, options: EtherOptions): Promise<Result<Radio>> => {
  if (spec.startsWith('air:')) return etherRadio(spec.slice('air:'.length), options)
  return fail('radio/unknown-kind', `${spec}: known is air:udp://127.0.0.1:PORT`)
}
