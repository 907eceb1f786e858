import { connect } from 'node:net'
import { callHttp, mqttUrlsOf } from '../../device-sdk/link/index.ts'
import type { Code, Result, TrustedGateway } from '../../device-sdk/protocol/index.ts'
import { clockSkewSMax } from '../../device-sdk/protocol/index.ts'
import type { Document, GatewayClient } from '../gateway-client.ts'
import type { Finding } from './finding.ts'
import { fault, finding, well } from './finding.ts'

const timeoutMs = 5_000
const portDefaults: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883, 'ws:': 80, 'wss:': 443 }

/** The gateway's clock against ours, from the Date header: a whole second is all that it can tell. */
export const clockFinding = async ({ url, tlsSpki }: GatewayClient): Promise<Finding> => {
  try {
    const pin = tlsSpki === null ? {} : { tlsSpki }
    const answer = await callHttp(`${url}/healthz`, { method: 'GET', signal: AbortSignal.timeout(timeoutMs), ...pin })
    if (!answer.ok) return fault('clock', answer.error)
    answer.value.resume()
    const aheadS = Math.round((Date.now() - Date.parse(answer.value.headers.date ?? '')) / 1000)
    if (Number.isNaN(aheadS)) return well('clock', 'cannot be compared: the gateway tells no time')
    if (aheadS > clockSkewSMax)
      return fault('clock', { code: 'time/ahead', detail: `${aheadS} s ahead of the gateway` })
    const advice = aheadS < -clockSkewSMax ? 'readings are accepted, and their times are wrong: set the clock' : null
    const side = aheadS < 0 ? 'behind' : 'ahead of'
    return well('clock', `${Math.abs(aheadS)} s ${side} the gateway`, advice)
  } catch {
    return fault('clock', { code: 'gateway/unreachable', detail: url })
  }
}

const opens = (url: URL): Promise<string | null> =>
  new Promise((resolve) => {
    const port = Number(url.port) || (portDefaults[url.protocol] ?? 0)
    const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port, timeout: timeoutMs })
    const end = (why: string | null) => (): void => {
      socket.destroy()
      resolve(why)
    }
    socket.once('connect', end(null))
    socket.once('timeout', end(`no answer in ${timeoutMs / 1000} s`))
    socket.once('error', (error) => end(error.message)())
  })

/** Whether the addresses for reports take connections: the API may be within reach where they are not. */
export const linkFindings = (gateways: readonly TrustedGateway[]): Promise<Finding[]> =>
  Promise.all(
    gateways.flatMap(mqttUrlsOf).map(async (url) => {
      const why = URL.canParse(url) ? await opens(new URL(url)) : 'no address'
      return why === null
        ? well('link', `${url} takes connections`)
        : fault('link', { code: 'gateway/unreachable', detail: `${url}: ${why}` })
    }),
  )

/** What the gateway says of itself: who verifies for it, how fast where it was measured, and what it stores in. */
export const factsFinding = async (client: GatewayClient): Promise<Finding> => {
  const facts = await client.get('/v1/gateway')
  // Only whoever holds the admin token may have it measured.
  const speed = facts.ok ? await client.get('/v1/gateway/speed') : facts
  const { verificationsPerS } = speed.ok ? speed.value : {}
  const rate = typeof verificationsPerS === 'number' ? `, ${Math.round(verificationsPerS)} signatures/s measured` : ''
  return finding('verifier', facts, ({ verifier, store, commitDelayMs }) => {
    const delay = typeof commitDelayMs === 'number' ? `, commits wait up to ${commitDelayMs} ms` : ''
    return `${String(verifier)}${rate}; store ${String(store)}${delay}`
  })
}

/** What a device that is no longer in service is told. */
const outOfService: Readonly<Record<string, Code>> = {
  lapsed: 'device/lapsed',
  rotated: 'device/rotated',
  revoked: 'device/revoked',
}

export const registryFinding = (device: Result<Document>): Finding => {
  const status = device.ok ? String(device.value.status) : ''
  const code = outOfService[status]
  if (code !== undefined) return fault('registered', { code, detail: status })
  return finding('registered', device, ({ name }) => (typeof name === 'string' ? `${status}, as ${name}` : status))
}

/** What the gateway misses of this device's reports. It may yet come: then it waits in the outbox. */
export const gapsFinding = async (client: GatewayClient, kid: string): Promise<Finding | null> => {
  const gaps = await client.get(`/v1/devices/${kid}/gaps`)
  // A gateway of an earlier version knows none; a registry that does not know the device has said so.
  if (!gaps.ok) return null
  const missed = Number(gaps.value.missed)
  return missed === 0
    ? well('delivery', 'no report is missing at the gateway')
    : well('delivery', `${missed} reports are missing at the gateway`, 'they wait in the outbox, or were dropped')
}
