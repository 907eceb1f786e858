import { checkOwnKey, deviceFiles, httpUrlOf, readTrustFile } from '../../device-sdk/link/index.ts'
import { kidOf, ok, toHex } from '../../device-sdk/protocol/index.ts'
import { openKeyFile, sha256 } from '../../device-sdk/signer/index.ts'
import type { GatewayOptions } from '../gateway-client.ts'
import { openGatewayClient } from '../gateway-client.ts'
import type { Finding } from './finding.ts'
import { fault, finding } from './finding.ts'
import { clockFinding, factsFinding, gapsFinding, linkFindings, registryFinding } from './gateway.ts'
import { diskFinding, outboxFinding, serialFindings } from './machine.ts'

/** What a gateway can be asked, in the order in which it can fail. */
const askGateway = async (options: GatewayOptions, kid: string | null): Promise<Finding[]> => {
  const client = openGatewayClient(options)
  if (!client.ok) return [fault('gateway', client.error)]
  const ready = await client.value.get('/readyz')
  const found = [finding('gateway', ready, () => `${client.value.url} takes reports`)]
  if (!ready.ok) return found
  found.push(await factsFinding(client.value), await clockFinding(client.value))
  if (kid === null) return found
  const registered = registryFinding(await client.value.get(`/v1/devices/${kid}`))
  const gaps = await gapsFinding(client.value, kid)
  return [...found, registered, ...(gaps === null ? [] : [gaps])]
}

/** Everything between a device's folder and an accepted report. */
export const examine = async (options: GatewayOptions & { readonly dir: string }): Promise<Finding[]> => {
  const { dir } = options
  const signer = openKeyFile(deviceFiles(dir).key)
  const trust = readTrustFile(dir)
  const gateways = trust.ok ? trust.value.gateways : []
  const kid = signer.ok ? toHex(kidOf(signer.value.publicKey, sha256)) : null
  const own = trust.ok && kid !== null ? checkOwnKey(dir, trust.value, kid) : ok(null)
  const gateway = gateways.find((one) => httpUrlOf(one) !== null)
  const url = gateway === undefined ? null : httpUrlOf(gateway)
  const pin = gateway?.tlsSpki === undefined ? {} : { tlsSpki: toHex(gateway.tlsSpki) }
  return [
    finding('key', own.ok ? signer : own, ({ exportable }) => `${kid}, ${exportable ? 'in a file' : 'in hardware'}`),
    finding('trust', trust, ({ net }) => {
      const named = gateways.map(
        ({ key, urls }) => `gateway ${toHex(kidOf(key, sha256))} at ${urls[0] ?? 'no address'}`,
      )
      return `${named.join(', ')}, network ${net}`
    }),
    ...(trust.ok ? [outboxFinding(dir), diskFinding(dir)] : []),
    ...serialFindings(),
    ...(await linkFindings(gateways)),
    ...(await askGateway(url === null ? options : { gateway: url, ...pin, ...options }, kid)),
  ]
}
