import type { Console } from '../../bin/console/index.ts'
import type { FoundGateway } from '../../device-sdk/link/index.ts'
import { findGateways } from '../../device-sdk/link/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'

const forSDefault = 3

const linesOf = ({ kid, net, address, spki, urls }: FoundGateway): string[] => {
  const api = urls.find((url) => /^https?:/.test(url))
  const pin = spki === undefined ? '' : ` --tls-spki ${spki}`
  return [
    `gateway ${kid} on network ${net} at ${address}`,
    `  tls key    ${spki ?? 'none: whoever is on this network can read and change what passes'}`,
    ...(api === undefined ? [] : [`  to take it: hexfix provision --local --gateway ${api}${pin}`]),
  ]
}

/** Lists what answers. Anybody can answer: so the key is shown for people to compare, and nothing is taken by itself. */
export const findOnLink = async (options: { readonly for?: number }, console: Console): Promise<void> => {
  const gateways = await findGateways({ forMs: (options.for ?? forSDefault) * 1000 })
  const result = gateways.length === 0 ? fail('gateway/none-found') : ok({ gateways })
  console.finish(result, (found) => [
    ...found.gateways.flatMap(linesOf),
    'Anybody can answer here: compare the key with what `hexfix gw cert` shows at the gateway before you take it.',
  ])
}
