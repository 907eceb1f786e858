import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { listenTcp } from '../../../gateway/broker/index.ts'
import { certify } from '../../../gateway/edge/index.ts'
import { mailbox } from '../broker/harness.ts'
import { atEnd, codeOf, must, testFolder } from '../harness.ts'
import { call, startTestGateway, tryGateway } from '../running.ts'
import { certifiedFolder, loopbackNames, startTlsGateway } from '../tls.ts'

const hostPort = (url: string | undefined): string => new URL(url ?? '').host
const portOf = (url: string | undefined): number => Number(new URL(url ?? '').port)
/** Runs openssl to its end, while the gateway in this process goes on. */
const openssl = async (args: readonly string[], input = '') => {
  const child = spawn('openssl', args)
  atEnd(() => void child.kill())
  let stdout = ''
  child.stdout.on('data', (text) => {
    stdout += String(text)
  })
  child.stderr.resume()
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [status] = await once(child, 'close')
  return { status: status as number | null, stdout }
}
/** An independent client. */
const sClient = (at: string, ...args: string[]) => openssl(['s_client', '-connect', at, ...args])

describe('a gateway with a certificate', () => {
  it('speaks TLS 1.2 and 1.3, no less, with a certificate that its authority vouches for', async () => {
    const gateway = await startTlsGateway()
    for (const url of [gateway.mqtts, gateway.https]) {
      const ca = ['-CAfile', join(gateway.data, 'tls/ca.pem'), '-verify_return_error', '-verify_hostname', 'localhost']
      for (const version of ['-tls1_2', '-tls1_3']) {
        expect((await sClient(hostPort(url), version, ...ca)).status, version).toBe(0)
      }
      for (const version of ['-tls1', '-tls1_1']) {
        expect((await sClient(hostPort(url), version, '-cipher', 'ALL:@SECLEVEL=0')).status, version).not.toBe(0)
      }
    }
    const { json } = await call(`${gateway.http}/v1/gateway`)
    expect(json).toMatchObject({ mqtts: gateway.mqtts, https: gateway.https, tlsSpki: gateway.tlsSpki })
    const metrics = (await call(`${gateway.http}/metrics`)).bytes.toString()
    expect(Number(/^hexfix_tls_not_after_seconds (\S+)/m.exec(metrics)?.[1])).toBeGreaterThan(Date.now() / 1000)
  })

  it('takes a renewed one while it runs, and its key stays', async () => {
    const data = certifiedFolder()
    const gateway = await startTlsGateway(data)
    const shown = async (): Promise<string> => {
      const { stdout } = await sClient(hostPort(gateway.mqtts))
      return (await openssl(['x509', '-noout', '-serial', '-pubkey'], stdout)).stdout
    }
    const before = await shown()
    must(certify(data, [...loopbackNames, 'new.example'], Date.now()))
    gateway.reload()
    const after = await shown()
    expect(after).not.toBe(before)
    expect(after.slice(after.indexOf('-----'))).toBe(before.slice(before.indexOf('-----')))
  })

  it('does not start without one where an address for TLS is configured', async () => {
    expect(codeOf(await tryGateway(testFolder(), [[['mqtts', 'port'], '0']]))).toBe('tls/absent')
  })
})

it('off loopback without TLS a gateway says so in its metrics', async () => {
  const insecure = [[['insecure'], 'true']] as const
  const silent = [[['mdns', 'announce'], 'false']] as const
  // Loopback in a spelling that is not known for it.
  const gateway = await startTestGateway(testFolder(), [[['mqtt', 'host'], '0x7f000001'], ...insecure, ...silent])
  expect((await call(`${gateway.http}/metrics`)).bytes.toString()).toContain('hexfix_insecure_ports 1\n')
})

describe('the API', () => {
  it('is open to this machine, and not to whom a proxy on it brings', async () => {
    const gateway = await startTestGateway()
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(`${gateway.http}/v1/reports`, { headers })).status
    expect(await status({})).toBe(200)
    expect(await status({ 'x-forwarded-for': '203.0.113.1' })).toBe(401)
    expect(await status({ 'x-forwarded-for': '127.0.0.1' })).toBe(401)
    expect(await status({ forwarded: 'for=203.0.113.1' })).toBe(401)
  })
})

describe('MQTT over WebSocket', () => {
  const opened = async (url: string, protocol: string) => {
    const client = new WebSocket(url, protocol)
    const errors = mailbox<string>()
    client.on('error', ({ message }) => errors.put(message))
    atEnd(() => client.terminate())
    return { client, errors }
  }

  it.each([
    ['another path', '/other', 'mqtt', '404'],
    ['another protocol', '/mqtt', 'chat', '400'],
  ])('is not at %s', async (_name, path, protocol, status) => {
    const gateway = await startTestGateway()
    const { errors } = await opened(gateway.http.replace('http', 'ws') + path, protocol)
    expect(await errors.take()).toContain(status)
  })

  it.each([
    ['a text', 'text', 1003],
    ['a message over the limit', Buffer.alloc(131_073), 1009],
  ])('ends at %s', async (_name, message, code) => {
    const gateway = await startTestGateway()
    const { client } = await opened(`${gateway.http.replace('http', 'ws')}/mqtt`, 'mqtt')
    await once(client, 'open')
    client.send(message)
    const [closed] = await once(client, 'close')
    expect(closed).toBe(code)
  })
})

describe('whoever is slow on purpose', () => {
  /** Sends one byte at a time, and tells how long it was borne. */
  const drip = async (port: number, bytes: Buffer): Promise<number> => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    atEnd(() => void socket.destroy())
    await once(socket, 'connect')
    const from = performance.now()
    let at = 0
    const timer = setInterval(() => socket.write(bytes.subarray(at, ++at)), 200)
    socket.resume()
    await once(socket, 'close')
    clearInterval(timer)
    return performance.now() - from
  }

  it('is cut off in MQTT, in a TLS handshake, in an upgrade to WebSocket, and after it', {
    timeout: 60_000,
  }, async () => {
    const gateway = await startTlsGateway()
    const hello = Buffer.concat([Buffer.of(0x16, 3, 1, 1, 0, 1, 0, 0, 0xfc, 3, 3), Buffer.alloc(245)])
    const upgrade = Buffer.from(`GET /mqtt HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(500)}`)
    const idle = new WebSocket(`${gateway.http.replace('http', 'ws')}/mqtt`, 'mqtt')
    idle.on('error', () => {})
    const lasted = await Promise.all([
      drip(portOf(gateway.mqtt), Buffer.concat([Buffer.of(0x10, 0xff, 0x01), Buffer.alloc(300)])),
      drip(portOf(gateway.mqtts), hello),
      drip(portOf(gateway.https), hello),
      drip(portOf(gateway.http), upgrade),
      once(idle, 'close').then(() => 1_000),
    ])
    for (const ms of lasted) expect(ms).toBeLessThan(15_000)
    const metrics = (await call(`${gateway.http}/metrics`)).bytes.toString()
    expect(metrics).toContain('hexfix_refusals_total{code="link/handshake"} 1')
    expect(metrics).toContain('hexfix_refusals_total{code="mqtt/connect-timeout"} 2')
  })

  it('is cut off before the TLS handshake too, where a proxy stands', async () => {
    const refused = mailbox<string>()
    const tls = must(certify(testFolder(), loopbackNames, Date.now()))
    const listening = must(
      await listenTcp({
        host: '127.0.0.1',
        port: 0,
        tls,
        isProxy: () => true,
        handshakeMsMax: 200,
        accept: (socket) => socket.destroy(),
        refused: ({ code }) => refused.put(code),
      }),
    )
    atEnd(listening.close)
    await drip(listening.port, Buffer.from('0d0a0d0a000d0a515549540a21110010', 'hex'))
    expect(await refused.take()).toBe('link/handshake')
  })
})
