import { spawn } from 'node:child_process'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildApp, writeBuild } from '../../firmware/toolchain/build/build.ts'
import { board, bundleProgram, deviceApp, writeDeviceBundle } from '../device-sdk/node/update/bundles.ts'
import { must } from '../gateway/harness.ts'
import type { StartedGateway } from './harness.ts'
import { provision, root, runCli, startGateway, temporaryFolder } from './harness.ts'

/** `launcher.js` as a service starts it, with a device that reports each second. */
const startLauncher = (
  folder: string,
  dir: string,
  confirmWithinS: number,
  launcher = join(folder, 'launcher.mjs'),
) => {
  const roots = ['--root', join(folder, 'bundles'), '--factory', join(folder, 'factory')]
  const child = spawn(process.execPath, [launcher, ...roots, '--confirm-within', String(confirmWithinS)], {
    env: { ...process.env, HEXFIX_DEVICE: dir },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const looking = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      for (const look of looking) look()
    })
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  let seen = 0
  return {
    /** The next line that matches, after those that were waited for. */
    line: (pattern: RegExp): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.findIndex((line, i) => i >= seen && pattern.test(line))
          if (found < 0) return
          seen = found + 1
          looking.delete(look)
          resolve()
        }
        looking.add(look)
        look()
        void ended.then(() => reject(new Error(`ended before ${pattern}:\n${lines.slice(seen).join('\n')}`)))
      }),
    end: (): Promise<number | null> => {
      child.kill('SIGTERM')
      return ended
    },
    kill: (): boolean => child.kill('SIGKILL'),
    text: (): string => lines.join('\n'),
  }
}

/** What `hexfix build` makes of weather-node for a Pi that reads the weather from a file. */
const buildWeather = async (firmware: number): Promise<string> => {
  const csv = join(root, 'device-sdk/sensors/records/seattle-weather-hourly-normals.csv')
  const config = join(folder, 'weather.json')
  writeFileSync(config, JSON.stringify({ everyS: 1, sensors: { weather: `replay:${csv}`, light: 'host' } }))
  const out = join(folder, `weather-${firmware}`)
  const options = { app: 'weather-node', board: 'rpi-4', config, firmware, dev: false }
  must(await writeBuild(must(await buildApp(options)), out))
  return out
}

const event = (firmware: number, name: string): RegExp => new RegExp(`"by":${firmware},"event":"${name}"`)
const folder = temporaryFolder()
const kidOf = (dir: string): string => JSON.parse(readFileSync(join(dir, 'trust.json'), 'utf8')).kid
let gateway: StartedGateway
let dir: string

beforeAll(async () => {
  gateway = await startGateway(join(folder, 'gateway'))
  dir = await provision(gateway.data, join(folder, 'device'))
  await bundleProgram(deviceApp, join(folder, 'app.js'))
  await build({
    absWorkingDir: root,
    entryPoints: ['device-sdk/node/update/launcher.ts'],
    outfile: join(folder, 'launcher.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['multicast-dns'],
    logLevel: 'error',
  })
  writeDeviceBundle(join(folder, 'factory'), join(folder, 'app.js'), 1)
  for (const [firmware, behaviour] of [
    [2, 'well'],
    [3, 'crash'],
    [4, 'silent'],
  ] as const) {
    const release = join(folder, `release-${firmware}`)
    writeDeviceBundle(release, join(folder, 'app.js'), firmware, behaviour)
    const added = await runCli(['gw', 'release', 'add', release, '--data', gateway.data, '--json'])
    expect(JSON.parse(added.stdout), added.stderr).toMatchObject({ board, firmware })
  }
}, 120_000)
afterAll(async () => {
  await gateway.end('SIGTERM')
})

const update = async (firmware: number, of = dir) => {
  const release = ['--release', String(firmware), '--data', gateway.data, '--json']
  const asked = await runCli(['devices', 'update', kidOf(of), ...release])
  return JSON.parse(asked.stdout)
}
const updates = async () => {
  const token = readFileSync(join(gateway.data, 'admin-token'), 'utf8').trim()
  const answer = await fetch(`${gateway.facts.http}/v1/updates`, { headers: { authorization: `Bearer ${token}` } })
  return ((await answer.json()) as { updates: unknown[] }).updates
}
const metrics = async (): Promise<string> => (await fetch(`${gateway.facts.http}/metrics`)).text()

it('a device runs what its gateway signed, proves it, and goes back from what crashes and from what says nothing', {
  timeout: 180_000,
}, async () => {
  // Nobody is there: it is offered when the device connects.
  expect(await update(2)).toMatchObject({ updates: [{ stage: 'waiting', firmware: 2, n: -1 }] })
  const device = startLauncher(folder, dir, 60)
  await device.line(event(1, 'update/installed'))
  await device.line(event(2, 'app/started'))
  await device.line(event(2, 'update/confirmed'))
  await expect
    .poll(updates, { timeout: 20_000 })
    .toMatchObject([
      { stage: 'running', firmware: 2, runs: 2, code: null, sentMs: expect.any(Number), fetchedMs: expect.any(Number) },
    ])
  expect(await metrics()).toContain(`hexfix_updates{board="${board}",firmware="2",stage="running"} 1`)
  expect(await update(2)).toMatchObject({ error: { code: 'update/not-newer' } })

  // It is connected: it is offered now.
  expect(await update(3)).toMatchObject({ updates: [{ stage: 'offered' }] })
  await device.line(event(3, 'app/started'))
  await device.line(event(2, 'report/receipt'))
  await expect
    .poll(updates, { timeout: 20_000 })
    .toMatchObject([{ stage: 'running' }, { stage: 'rolled-back', firmware: 3, runs: 2, code: 'update/crashed' }])
  expect(existsSync(join(folder, 'bundles/failed/build.json'))).toBe(true)

  // What failed is not tried again.
  expect(await update(3)).toMatchObject({ updates: [{ stage: 'offered' }] })
  await device.line(event(2, 'update/refused'))
  await expect
    .poll(updates, { timeout: 20_000 })
    .toMatchObject([{ stage: 'running' }, { stage: 'refused', code: 'update/failed-before' }])
  expect(await device.end()).toBe(0)

  const again = startLauncher(folder, dir, 3)
  await again.line(event(2, 'link/up'))
  await update(4)
  await again.line(event(4, 'app/started'))
  await again.line(/"event":"update\/silent"/)
  await again.line(event(2, 'report/receipt'))
  await expect
    .poll(updates, { timeout: 20_000 })
    .toMatchObject([
      { firmware: 2 },
      { firmware: 3 },
      { stage: 'rolled-back', firmware: 4, runs: 2, code: 'update/silent' },
    ])
  expect(await again.end()).toBe(0)
  const listed = await runCli(['devices', 'updates', kidOf(dir), '--data', gateway.data])
  expect(listed.stdout).toMatch(
    /firmware 2, runs 2 {2}running .*\n.*firmware 3.*\n {2}update\/failed-before: .*\n {2}next: .*/,
  )
})

it('what hexfix build made is updated to what it made next, by the launcher that it was flashed with', {
  timeout: 120_000,
}, async () => {
  const pi = temporaryFolder()
  const own = await provision(gateway.data, join(pi, 'device'))
  const factory = join(pi, 'factory')
  renameSync(await buildWeather(11), factory)
  const release = await buildWeather(12)
  const added = await runCli(['gw', 'release', 'add', release, '--data', gateway.data, '--json'])
  expect(JSON.parse(added.stdout), added.stderr).toMatchObject({ board: 'rpi-4', firmware: 12 })
  expect(await update(12, own)).toMatchObject({ updates: [{ stage: 'waiting' }] })
  const device = startLauncher(pi, own, 60, join(factory, 'launcher.mjs'))
  await device.line(/"event":"started".*"firmware":11,/)
  await device.line(/"event":"update\/installed"/)
  await device.line(/"event":"started".*"firmware":12,/)
  await device.line(/"event":"update\/confirmed"/)
  const mine = async () => (await updates()).filter((one) => (one as { kid: string }).kid === kidOf(own))
  await expect.poll(mine, { timeout: 20_000 }).toMatchObject([{ stage: 'running', board: 'rpi-4', runs: 12 }])
  await device.line(/"event":"report\/receipt".*"verdict":0/)
  for (const name of ['app.js', 'build.json', 'launcher.mjs', 'sums'])
    expect(readFileSync(join(pi, 'bundles/current', name)).equals(readFileSync(join(release, name))), name).toBe(true)
  expect(await device.end()).toBe(0)
})

it('a build that takes no updates is no release, and says why', async () => {
  const release = temporaryFolder()
  const why = 'two programs do not fit: 77743 of 40960 bytes of flash'
  const manifest = { board: 'puckjs', firmware: 2, runtime: 'espruino', main: 'app.js', noUpdates: why }
  writeFileSync(join(release, 'build.json'), JSON.stringify(manifest))
  writeFileSync(join(release, 'app.js'), 'app')
  const { status, stdout } = await runCli(['gw', 'release', 'add', release, '--data', gateway.data, '--json'])
  expect(status).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'release/not-possible', detail: `puckjs: ${why}` } })
})
