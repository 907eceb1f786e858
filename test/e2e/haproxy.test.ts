import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readTrustFile, writeTrustFile } from '../../device-sdk/link/index.ts'
import { startReporter } from '../device-sdk/node/parts.ts'
import { must } from '../gateway/harness.ts'
import { provision, root, runCli, startGateway, temporaryFolder } from './harness.ts'

const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

const stops: (() => void)[] = []
afterAll(() => {
  for (const stop of stops) stop()
})

/** The configuration that docs/links.md shows, with the ports and files of this test in place of its own. */
const documented = (values: Readonly<Record<string, string>>): string => {
  const page = readFileSync(join(root, 'docs/links.md'), 'utf8')
  let text = /```haproxy\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  for (const [from, to] of Object.entries(values)) {
    expect(text, from).toContain(from)
    text = text.replaceAll(from, to)
  }
  return text
}

const startHaproxy = async (file: string, ports: readonly number[]): Promise<void> => {
  const child = spawn('haproxy', ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  stops.push(() => child.kill('SIGKILL'))
  let said = ''
  child.stderr.on('data', (text) => {
    said += String(text)
  })
  child.once('error', (error) => {
    said += error.message
  })
  for (const port of ports) {
    const isOpen = async (): Promise<boolean> => {
      const socket = connect(port, '127.0.0.1')
      const opened = await Promise.race([
        once(socket, 'connect').then(() => true),
        once(socket, 'error').then(() => false),
      ]).catch(() => false)
      socket.destroy()
      return opened
    }
    await expect.poll(isOpen, { timeout: 10_000, message: said }).toBe(true)
  }
}

it('behind haproxy a device connects with the pinned key over each way, and limits see the client’s address', {
  timeout: 90_000,
}, async () => {
  const folder = temporaryFolder()
  const data = join(folder, 'gateway')
  const config = join(folder, 'gateway.json')
  const [mqtts, https, mqtt] = [await freePort(), await freePort(), await freePort()]
  const urls = [`mqtts://127.0.0.1:${mqtts}`, `wss://127.0.0.1:${https}/mqtt`, `https://127.0.0.1:${https}`]
  const settings = {
    mqtts: { port: 0 },
    https: { port: 0 },
    public: { urls },
    trustedProxies: ['127.0.0.9'],
    failuresPerMinuteMax: 3,
  }
  writeFileSync(config, JSON.stringify(settings))
  const made = await runCli(['gw', 'cert', '--data', data, '--config', config, '--json'])
  expect(made.status, made.stderr).toBe(0)
  const { tlsSpki, cert } = JSON.parse(made.stdout)
  const checked = await runCli([
    'gw',
    'check',
    '--data',
    data,
    '--config',
    config,
    '--mqtt-port',
    '0',
    '--http-port',
    '0',
  ])
  expect([checked.status, checked.stdout]).toEqual([0, expect.stringMatching(/ok {4}tls .*\n.*mqtts.*\n.*https/)])
  const gateway = await startGateway(data, { args: ['--config', config] })
  const file = join(folder, 'haproxy.cfg')
  writeFileSync(
    file,
    documented({
      '0.0.0.0:8883': `127.0.0.1:${mqtts}`,
      '0.0.0.0:443': `127.0.0.1:${https}`,
      '127.0.0.1:2883': `127.0.0.1:${mqtt}`,
      '127.0.0.1:1883': new URL(gateway.facts.mqtt).host,
      '127.0.0.1:8080': new URL(gateway.facts.http).host,
      '/var/lib/hexfix/tls/gateway.pem': cert,
    }),
  )
  await startHaproxy(file, [mqtts, https, mqtt])
  const metrics = async (): Promise<string> => (await fetch(`${gateway.facts.http}/metrics`)).text()

  const dir = await provision(data, join(folder, 'device'))
  const trust = must(readTrustFile(dir))
  expect(Buffer.from(trust.gateways[0]?.tlsSpki ?? []).toString('hex')).toBe(tlsSpki)
  expect(trust.gateways[0]?.urls).toEqual(urls)
  const delivers = async (pattern: RegExp): Promise<void> => {
    const gateways = trust.gateways.map((one) => ({ ...one, urls: one.urls.filter((url) => pattern.test(url)) }))
    writeTrustFile(dir, { ...trust, gateways })
    const device = await startReporter(dir)
    await device.next('time/synced')
    expect((await device.next('link/up')).gateway).toMatch(pattern)
    device.report(2_240)
    await device.next('report/acknowledged')
    expect(device.waiting()).toBe(0)
    expect(await device.next('report/receipt')).toMatchObject({ verdict: 0 })
    await device.close()
  }
  await delivers(/^(mqtts|https):/)
  await delivers(/^(wss|https):/)

  // One address behind the proxy fails until it is paused; the device comes through the same proxy, and is not.
  const fails = async (): Promise<void> => {
    const socket = connect({ host: '127.0.0.1', port: mqtt, localAddress: '127.0.0.5' })
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.write('GET / HTTP/1.1\r\n')
    socket.resume()
    await once(socket, 'close')
  }
  for (let i = 0; i < 4; i += 1) await fails()
  expect(await metrics()).toContain('hexfix_refusals_total{code="mqtt/source-paused"} 1')
  await delivers(/^(mqtts|https):/)
  // The command line goes through it too, and only to the pinned key.
  const pinned = await runCli(
    ['devices', 'list', '--gateway', `https://127.0.0.1:${https}`, '--tls-spki', tlsSpki, '--json'],
    {
      env: { HEXFIX_ADMIN_TOKEN: readFileSync(join(data, 'admin-token'), 'utf8').trim() },
    },
  )
  expect(pinned.status, pinned.stderr).toBe(0)
  const wrong = await runCli([
    'devices',
    'list',
    '--gateway',
    `https://127.0.0.1:${https}`,
    '--tls-spki',
    '0'.repeat(64),
  ])
  expect(wrong.stderr).toMatch(/^tls\/wrong-key: /)
})
