import { deviceFiles, httpUrlOf, readTrustFile } from '../device-sdk/link/index.ts'
import type { Code, Failure, Result } from '../device-sdk/protocol/index.ts'
import { clockSkewSMax, kidOf, toHex } from '../device-sdk/protocol/index.ts'
import { openKeyFile, sha256 } from '../device-sdk/signer/index.ts'
import type { GatewayOptions } from './gateway-client.ts'
import { openGatewayClient } from './gateway-client.ts'

export type Finding = { readonly name: string; readonly detail: string; readonly failure: Failure | null }

const finding = <T>(name: string, result: Result<T>, detail: (value: T) => string): Finding =>
  result.ok
    ? { name, detail: detail(result.value), failure: null }
    : { name, detail: result.error.detail ?? result.error.code, failure: result.error }

/** The gateway's clock against ours, from the Date header: a whole second is all that it can tell. */
const clock = async (url: string): Promise<Finding> => {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5_000) })
    const date = Date.parse(response.headers.get('date') ?? '')
    const aheadS = Math.round((Date.now() - date) / 1000)
    const failure: Failure | null =
      aheadS > clockSkewSMax ? { code: 'time/ahead', detail: `${aheadS} s ahead of the gateway` } : null
    return { name: 'clock', detail: `${aheadS} s from the gateway's`, failure }
  } catch {
    return { name: 'clock', detail: 'cannot be compared', failure: { code: 'gateway/unreachable', detail: url } }
  }
}

/** What a device that is no longer in service is told. */
const out: Readonly<Record<string, Code>> = {
  lapsed: 'device/lapsed',
  rotated: 'device/rotated',
  revoked: 'device/revoked',
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
  const [url = null] = trust.ok ? trust.value.gateways.map(httpUrlOf).filter((one) => one !== null) : []
  const client = openGatewayClient(url === null ? options : { gateway: url, ...options })
  if (!client.ok) return [...findings, finding('gateway', client, () => '')]
  const ready = await client.value.get('/readyz')
  findings.push(finding('gateway', ready, () => `${client.value.url} takes reports`))
  if (!ready.ok) return findings
  findings.push(await clock(client.value.url))
  if (!signer.ok) return findings
  const registered = await client.value.get(`/v1/devices/${toHex(kidOf(signer.value.publicKey, sha256))}`)
  const status = registered.ok ? String(registered.value.status) : ''
  const code = out[status]
  findings.push(
    code === undefined
      ? finding('registered', registered, () => status)
      : { name: 'registered', detail: status, failure: { code } },
  )
  return findings
}
