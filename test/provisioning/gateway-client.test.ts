import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import type { GatewayOptions } from '../../provisioning/gateway-client.ts'
import { openGatewayClient } from '../../provisioning/gateway-client.ts'
import { atEnd, must } from '../gateway/harness.ts'
import { startTestGateway } from '../gateway/running.ts'
import { certifiedFolder, startTlsGateway } from '../gateway/tls.ts'

/** Somebody who takes what is said to them, and notes it. */
const startStranger = async () => {
  const heard: IncomingMessage['headers'][] = []
  const server = createServer((request, response) => {
    heard.push(request.headers)
    response.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  atEnd(() => void server.close())
  const address = server.address()
  return { heard, url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}` }
}
const shown = (options: GatewayOptions): string | null => must(openGatewayClient(options)).token

afterEach(() => {
  delete process.env.HEXFIX_ADMIN_TOKEN
})

describe("the admin token of this machine's gateway", () => {
  it('is shown to that gateway, however it is named', async () => {
    const { data, http, token } = await startTestGateway()
    expect([shown({ data }), shown({ data, gateway: http }), shown({ data, gateway: `${http}/` })]).toEqual(
      new Array(3).fill(token),
    )
  })

  it('is shown to nobody else, whatever address a command or the trust of a device names', async () => {
    const { data } = await startTestGateway()
    const stranger = await startStranger()
    must(await must(openGatewayClient({ data, gateway: stranger.url })).get('/v1/devices'))
    expect(stranger.heard).toHaveLength(1)
    expect(stranger.heard[0]).not.toHaveProperty('authorization')
    process.env.HEXFIX_ADMIN_TOKEN = 'that of the stranger'
    must(await must(openGatewayClient({ data, gateway: stranger.url })).get('/v1/devices'))
    expect(stranger.heard[1]).toMatchObject({ authorization: 'Bearer that of the stranger' })
  })

  it('is shown at any address where only its TLS key is taken', async () => {
    const { data, https = '', tlsSpki = '', token } = await startTlsGateway(certifiedFolder())
    const elsewhere = `https://127.0.0.9:${new URL(https).port}`
    expect(shown({ data, gateway: elsewhere, tlsSpki })).toBe(token)
    expect(shown({ data, gateway: elsewhere, tlsSpki: '0'.repeat(64) })).toBeNull()
    expect(shown({ data, gateway: elsewhere })).toBeNull()
  })
})
