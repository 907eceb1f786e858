import { callHttp, deviceFiles, httpUrlOf, readTrustFile } from '../device-sdk/link/index.ts'
import type { Failure, Result } from '../device-sdk/protocol/index.ts'
import { clockSkewSMax, kidOf, toHex } from '../device-sdk/protocol/index.ts'
import { openKeyFile, sha256 } from '../device-sdk/signer/index.ts'
import type { GatewayClient, GatewayOptions } from './gateway-client.ts'
import { openGatewayClient } from './gateway-client.ts'

export type Finding = { readonly name: string; readonly detail: string; readonly failure: Failure | null }

const finding = <T>(name: string, result: Result<T>, detail: (value: T) => string): Finding =>
  result.ok
    ? { name, detail: detail(result.value), failure: null }
    : { name, detail: result.error.detail ?? result.error.code, failure: result.error }

/** The gateway's clock against ours, from the Date header: a whole second is all that it can tell. */
const clock = async ({ url, tlsSpki }: GatewayClient): Promise<Finding> => {
  try {
    const pin = tlsSpki === null ? {} : { tlsSpki }
    const answer = await callHttp(`${url}/healthz`, { method: 'GET', signal: AbortSignal.timeout(5_000), ...pin })
    if (!answer.ok) throw new Error(answer.error.code)
    answer.value.resume()
    const date = Date.parse(answer.value.headers.date ?? '')
    const aheadS = Math.round((Date.now() - date) / 1000)
    const failure: Failure | null =
      aheadS > clockSkewSMax ? { code: 'time/ahead', detail: `${aheadS} s ahead of the gateway` } : null
    return { name: 'clock', detail: `${aheadS} s from the gateway's`, failure }
  } catch {
    return { name: 'clock', detail: 'cannot be compared', failure: { code: 'gateway/unreachable', detail: url } }
  }
}

/** Everything between a device's folder and an accepted report, in the order in which it can fail. */
export const examine = async (options: GatewayOptions & { readonly dir: string }): Promise<Finding[]> => {
  const files = deviceFiles(options.dir)
  const signer = openKeyFile(files.key)
  const trust = readTrustFile(options.dir)
  const findings = [
    finding(
      'key',
      signer,
      ({ publicKey, exportable }) =>
        `${toHex(kidOf(publicKey, sha256))}${exportable ? ', in a file' : ', in hardware'}`,
    ),
    finding('trust', trust, ({ net, gateways }) => {
      const named = gateways.map(
        ({ key, urls }) => `gateway ${toHex(kidOf(key, sha256))} at ${urls[0] ?? 'no address'}`,
      )
      return `${named.join(', ')}, network ${net}`
    }),
  ]
  const gateway = trust.ok ? trust.value.gateways.find((one) => httpUrlOf(one) !== null) : undefined
  const url = gateway === undefined ? null : httpUrlOf(gateway)
  const pin = gateway?.tlsSpki === undefined ? {} : { tlsSpki: toHex(gateway.tlsSpki) }
  const client = openGatewayClient(url === null ? options : { gateway: url, ...pin, ...options })
  if (!client.ok) return [...findings, finding('gateway', client, () => '')]
  const ready = await client.value.get('/readyz')
  findings.push(finding('gateway', ready, () => `${client.value.url} takes reports`))
  if (!ready.ok) return findings
  findings.push(await clock(client.value))
  if (!signer.ok) return findings
  const registered = await client.value.get(`/v1/devices/${toHex(kidOf(signer.value.publicKey, sha256))}`)
  const revoked: Failure | null =
    registered.ok && registered.value.status === 'revoked' ? { code: 'device/revoked' } : null
  findings.push(
    revoked === null
      ? finding('registered', registered, ({ status }) => String(status))
      : { name: 'registered', detail: 'revoked', failure: revoked },
  )
  return findings
}
