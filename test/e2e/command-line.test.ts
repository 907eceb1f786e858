import { chmodSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { listPorts } from '../../firmware/toolchain/flash/ports.ts'
import { cli, provision, runCli, runProgram, startCli, startGateway, temporaryFolder } from './harness.ts'

const plugged = await listPorts()
const shape = /^[a-z0-9]+\/[a-z0-9-]+: .+\n {2}next: .+/m

it('help loads none of the heavy packages', async () => {
  const traced = (args: readonly string[]) =>
    runProgram(process.execPath, [cli, ...args], { env: { NODE_DEBUG: 'esm,module' } })
  const help = await traced(['--help'])
  expect(help.status).toBe(0)
  for (const heavy of ['mqtt', 'aedes', 'libsql', 'esbuild'])
    expect(help.stderr).not.toContain(`node_modules/${heavy}/`)
  // The trace does name what is loaded.
  expect((await traced(['wire', 'check', 'absent.json'])).stderr).toContain('node_modules/zod/')
})

it('wrong use ends with 2, what failed with 1, each with a code, a sentence and a next step', async () => {
  for (const args of [
    ['bogus'],
    ['gw', 'up', '--mqtt-port', 'x'],
    ['wire', 'sign'],
    ['device', 'run', '--every', '0'],
    ['monitor', '--for', 'ever'],
    ['devices', 'show', 'porch'],
    ['devices', 'updates', 'porch'],
  ]) {
    const { status, stdout, stderr } = await runCli([...args, '--json'])
    expect([args, status, JSON.parse(stdout).error.code]).toEqual([args, 2, 'cli/wrong-use'])
    expect(stderr).toMatch(shape)
  }
  const nowhere = join(temporaryFolder(), 'nowhere')
  const failing = [
    ['device', 'run', '--dir', nowhere],
    ['devices', 'list', '--data', nowhere],
    ['gw', 'audit', 'x', '--data', nowhere],
  ]
  for (const args of failing) {
    const { status, stdout, stderr } = await runCli([...args, '--json'])
    expect([args, status]).toEqual([args, 1])
    expect(stderr).toMatch(shape)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(JSON.parse(stdout).error).toMatchObject({
      code: expect.any(String),
      message: expect.any(String),
      next: expect.any(String),
    })
  }
})

it.skipIf(plugged.length > 0)(
  `provision of nothing names both choices, before it asks a gateway or a person ${plugged.length > 0 ? 'unplug the USB serial devices' : ''}`,
  async () => {
    const nowhere = join(temporaryFolder(), 'nowhere')
    const { status, stdout, stderr } = await runCli(['provision', '--data', nowhere, '--json'])
    expect([status, JSON.parse(stdout).error.code]).toEqual([1, 'board/none-found'])
    expect(stderr).toMatch(/next: .*--port.*--local/)
  },
)

it('a bad configuration is refused before anything starts', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'gateway.json')
  writeFileSync(file, JSON.stringify({ net: -1, colour: 'red' }))
  for (const verb of ['up', 'check']) {
    const { status, stderr } = await runCli(['gw', verb, '--config', file, '--data', join(folder, 'data')])
    expect(status).toBe(1)
    expect(stderr).toMatch(/^config\/invalid: .*net.*colour/m)
  }
  writeFileSync(file, JSON.stringify({ mqtt: { host: '0.0.0.0' } }))
  expect((await runCli(['gw', 'up', '--config', file])).stderr).toMatch(/^config\/tls-required: /)
})

it('a port in use, an open key file and an unwritable folder are named, and nothing is left running', async () => {
  const folder = temporaryFolder()
  const taken = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => taken.once('listening', resolve))
  const { port } = taken.address() as AddressInfo
  const up = (data: string, mqttPort: number) =>
    runCli(['gw', 'up', '--data', data, '--mqtt-port', String(mqttPort), '--http-port', '0', '--log', 'error'])
  const busy = await up(join(folder, 'a'), port)
  taken.close()
  expect([busy.status, busy.stderr]).toEqual([1, expect.stringMatching(new RegExp(`gw/port-in-use: .*${port}`))])

  chmodSync(join(folder, 'a/gateway.key'), 0o644)
  const open = await up(join(folder, 'a'), 0)
  expect([open.status, open.stderr]).toEqual([1, expect.stringMatching(/^key\/[a-z-]+: /)])

  writeFileSync(join(folder, 'file'), '')
  const unwritable = await up(join(folder, 'file'), 0)
  expect([unwritable.status, unwritable.stderr]).toEqual([1, expect.stringMatching(/^store\/unwritable: /)])
})

it('Ctrl-C ends the gateway and a device cleanly, and a second gateway on the folder is refused', async () => {
  const folder = temporaryFolder()
  const gateway = await startGateway(join(folder, 'gateway'))
  const dir = await provision(gateway.data, join(folder, 'device'))
  const device = startCli(['device', 'run', '--dir', dir, '--every', '1'])
  await device.line(/accepted, receipt #1/)
  const second = await runCli(['gw', 'up', '--data', gateway.data, '--mqtt-port', '0', '--http-port', '0'])
  expect([second.status, second.stderr]).toEqual([1, expect.stringMatching(/^store\/locked: /m)])
  const twin = await runCli(['device', 'run', '--dir', dir])
  expect([twin.status, twin.stderr]).toEqual([1, expect.stringMatching(/^device\/running: /m)])
  expect(await device.end('SIGINT')).toBe(0)
  expect(await gateway.end('SIGINT')).toBe(0)
})

it('devices are listed, shown, examined and revoked', async () => {
  const folder = temporaryFolder()
  const gateway = await startGateway(join(folder, 'gateway'))
  const dir = await provision(gateway.data, join(folder, 'device'), [
    '--name',
    'porch',
    '--place',
    '51.5033,-0.1195',
    '--gain',
    '4',
  ])
  const at = ['--data', gateway.data]
  const list = JSON.parse((await runCli(['devices', 'list', ...at, '--json'])).stdout)
  const [{ kid }] = list.devices
  expect(list.devices).toMatchObject([{ name: 'porch', status: 'pending', place: { gainDbi: 4 } }])
  expect((await runCli(['devices', 'show', kid, ...at])).stdout).toContain('porch')
  expect((await runCli(['doctor', '--dir', dir, ...at])).status).toBe(0)

  const again = await runCli(['provision', '--local', ...at, '--dir', dir, '--json'])
  expect(JSON.parse(again.stdout)).toMatchObject({ kid, registered: false })

  expect((await runCli(['devices', 'revoke', kid, ...at])).status).toBe(0)
  expect((await runCli(['doctor', '--dir', dir, ...at])).stderr).toMatch(/^device\/revoked: /m)
  expect((await runCli(['provision', '--local', ...at, '--dir', dir])).stderr).toMatch(/^device\/revoked: /m)
  expect((await runCli(['devices', 'show', 'nonsense', ...at])).status).toBe(2)
  expect((await runCli(['devices', 'show', '0000000000000000', ...at])).status).toBe(1)
})

it('monitor shows a report, its values and its receipt, and ends by itself', async () => {
  const folder = temporaryFolder()
  const gateway = await startGateway(join(folder, 'gateway'))
  const dir = await provision(gateway.data, join(folder, 'device'))
  const monitor = startCli(['monitor', '--data', gateway.data, '--for', '4', '--json'])
  const device = startCli(['device', 'run', '--dir', dir, '--every', '1'])
  const report = JSON.parse(await monitor.line(/"event":"report"/))
  expect(report).toMatchObject({ event: 'report', code: 'accepted', report: { blocks: [{ schema: 'host' }, {}] } })
  await monitor.line(/"event":"receipt"/)
  await monitor.line(/^\{"events":\{.*"report":\d+/)
  await device.end('SIGTERM')
})

it('monitor shows people a line for each event, and only those that they ask for', async () => {
  const folder = temporaryFolder()
  const gateway = await startGateway(join(folder, 'gateway'))
  const dir = await provision(gateway.data, join(folder, 'device'))
  const watch = (...more: string[]) => startCli(['monitor', '--data', gateway.data, ...more])
  const all = watch()
  const receipts = watch('--event', 'receipt')
  const refused = watch('--code', 'sign1/bad-signature')
  const others = watch('--kid', '0123456789abcdef')
  const device = startCli(['device', 'run', '--dir', dir, '--every', '1'])
  await all.line(/accepted #2 {2}load .*uptime/)
  await all.line(/receipt .*signed/)
  await receipts.line(/^receipt /)
  await device.end('SIGTERM')
  for (const one of [all, receipts, refused, others]) await one.end('SIGTERM')
  expect(receipts.text()).not.toMatch(/^report/m)
  expect([refused.text(), others.text()]).toEqual(['', ''])
  for (const filter of [
    ['--kid', 'porch'],
    ['--code', 'no/such'],
    ['--event', 'tea'],
  ])
    expect((await runCli(['monitor', '--data', gateway.data, ...filter])).status).toBe(2)
})

it('doctor looks at key, outbox, disk, ports, link, gateway, verifier, clock, registry and delivery', async () => {
  const folder = temporaryFolder()
  const gateway = await startGateway(join(folder, 'gateway'))
  const dir = await provision(gateway.data, join(folder, 'device'))
  const looked = await runCli(['doctor', '--dir', dir, '--data', gateway.data])
  expect(looked.status).toBe(0)
  const names = [
    'key',
    'trust',
    'outbox',
    'disk',
    'serial',
    'link',
    'gateway',
    'verifier',
    'clock',
    'registered',
    'delivery',
  ]
  for (const name of names) expect(looked.stdout).toMatch(new RegExp(`^(ok  |note)  ${name} `, 'm'))
  expect(looked.stdout).toMatch(/outbox +0 reports wait \(0 B\), 0 dropped since it was made, [0-9.]+ [MGT]B free/)
  await gateway.end('SIGKILL')
  const away = await runCli(['doctor', '--dir', dir, '--data', gateway.data])
  expect([away.status, away.stderr]).toEqual([1, expect.stringMatching(/^gateway\/unreachable: .*mqtt:/m)])
})

it('paints nothing where NO_COLOR is set or there is no terminal', async () => {
  const { stderr } = await runCli(['devices', 'list', '--data', '/nonexistent'], { env: { NO_COLOR: '1' } })
  expect(stderr.includes('\u001b')).toBe(false)
})

it('ends in silence when whoever reads its output has gone', async () => {
  const piped = await runProgram('bash', [
    '-c',
    `"${process.execPath}" "${cli}" boards list | true; echo "\${PIPESTATUS[0]}"`,
  ])
  expect(piped.stderr).toBe('')
  expect(['0', '141']).toContain(piped.stdout.trim())
})
