import type { Console } from '../../bin/console/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { ok } from '../../device-sdk/protocol/index.ts'
import type { Document, GatewayOptions } from '../gateway-client.ts'
import { openGatewayClient } from '../gateway-client.ts'
import { kidOfFolder } from '../hotspot.ts'

type Options = GatewayOptions & { readonly over?: string; readonly dir: string; readonly withdraw?: true }

const change = async (kid: string, options: Options): Promise<Result<Document>> => {
  const relay = options.over === undefined ? kidOfFolder(options.dir) : ok(options.over)
  if (!relay.ok) return relay
  const client = openGatewayClient(options)
  if (!client.ok) return client
  const method = options.withdraw === true ? 'DELETE' : 'PUT'
  return client.value.send(method, `/v1/devices/${kid}/relays/${relay.value}`)
}

/** Approves a relay for a device, or withdraws it. */
export const relayDevice = async (kid: string, options: Options, console: Console): Promise<void> => {
  console.finish(await change(kid, options), ({ relays }) => {
    const list = Array.isArray(relays) ? relays : []
    return [list.length === 0 ? `nobody relays for ${kid}` : `${kid} may come over ${list.join(', ')}`]
  })
}
