import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { FakeBoardOptions } from '../../firmware/espruino-profile/index.ts'
import { buildApp, writeBuild } from '../../firmware/toolchain/build/build.ts'
import { noSocat } from '../device-sdk/sensors/serial.ts'
import { esp32Options } from '../emulators/small-board/esp32.ts'
import { plugSmallBoard } from '../emulators/small-board/plug.ts'
import { roomy, roomyBoard, roomyOptions } from '../emulators/small-board/roomy.ts'
import { must } from '../gateway/harness.ts'
import { getJson, provision, runCli, startCli, startGateway, temporaryFolder } from './harness.ts'

type Json = Readonly<Record<string, unknown>>

const run = async (args: readonly string[]): Promise<Json> => {
  const { status, stdout, stderr } = await runCli([...args, '--json'])
  if (status !== 0) throw new Error(stderr + stdout)
  return JSON.parse(stdout)
}

type Small = {
  readonly id: string
  /** Of manifests, where it is not one of those that came along. */
  readonly hardware?: string
  /** What its firmware calls itself. */
  readonly chip: string
  readonly options: () => FakeBoardOptions
  /** How far it goes. */
  readonly way: string
}

/** Builds weather-node, or what `source` is in its place. */
const build = async (folder: string, { id, hardware }: Small, firmware: number, source?: string): Promise<string> => {
  const config = join(folder, 'config.json')
  writeFileSync(config, JSON.stringify({ everyS: 2, batch: 1 }))
  let app = 'weather-node'
  if (source !== undefined) {
    mkdirSync(join(folder, app), { recursive: true })
    app = join(folder, app, 'app.ts')
    writeFileSync(app, source)
  }
  const out = join(folder, `build-${firmware}`)
  const wanted = { app, board: id, config, firmware, dev: false }
  must(await writeBuild(must(await buildApp(hardware === undefined ? wanted : { ...wanted, hardware })), out))
  return out
}
const broken = `import { report, sensor } from 'hexfix:board'
const parts = [sensor('weather')]
if (parts.length === 1) throw new Error('broken')
report(parts)
`

const hardware = roomyBoard(join(temporaryFolder(), 'hardware'))
const toUpdate = 'is flashed, provisioned over its line, reports over a relay, and takes an update'
const boards: readonly Small[] = [
  { id: 'esp32-devkitc', chip: 'ESP32', options: esp32Options, way: `${toUpdate}; it goes back from a broken one` },
  { id: roomy, hardware, chip: 'ROOMYBOARD', options: roomyOptions, way: toUpdate },
]

it.skipIf(noSocat !== null).each(boards)(`$id $way ${noSocat ?? ''}`, { timeout: 180_000 }, async (small) => {
  const { id, chip } = small
  const folder = temporaryFolder()
  const board = await plugSmallBoard(undefined, small.options())
  const image = await build(folder, small, 1)
  const manifest = small.hardware === undefined ? id : join(small.hardware, `boards/${id}.json`)
  const flash = ['flash', '--board', manifest, '--image', image, '--port', board.path]
  expect(await run(flash)).toMatchObject({ board: id, chip, hello: `weather-node, firmware 1, on ${id}` })
  const locked = await runCli([...flash, '--json'])
  expect([locked.status, JSON.parse(locked.stdout).error]).toMatchObject([1, { code: 'board/console-locked' }])

  const gateway = await startGateway(join(folder, 'gateway'))
  const { data } = gateway
  const wire = ['provision', '--data', data, '--port', board.path, '--name', 'porch', '--no-owner']
  const made = await run(wire)
  expect(made).toMatchObject({ registered: true, status: 'pending', owner: null, board: { app: 'weather-node' } })
  const kid = String(made.kid)
  // The key is the board's alone: what the host shows is public, and a second run finds it again.
  expect([...board.device.files.keys()]).toContain('hexfix.key')
  expect(await run(wire)).toMatchObject({ kid, publicKey: made.publicKey, registered: false })

  const dir = await provision(data, join(folder, 'roof'))
  await run(['devices', 'relay', kid, '--dir', dir, '--data', data])
  const relay = startCli(['device', 'relay', '--dir', dir, '--port', board.path])
  await relay.line(new RegExp(`^<- ${kid} report #0  accepted, receipt #\\d+`))
  expect(await getJson(`${gateway.facts.http}/v1/devices/${kid}`)).toMatchObject({ name: 'porch', status: 'active' })
  const relays = [(await run(['devices', 'show', kid, '--data', gateway.data])).relays]
  expect(relays).toEqual([[expect.stringMatching(/^[0-9a-f]{16}$/)]])
  const { reports } = await getJson<{ reports: Json[] }>(`${gateway.facts.http}/v1/reports?kid=${kid}`)
  expect(JSON.stringify(reports)).toContain('25.08')

  const token = readFileSync(join(data, 'admin-token'), 'utf8').trim()
  const updates = async (): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}` }
    return ((await (await fetch(`${gateway.facts.http}/v1/updates`, { headers })).json()) as Json).updates
  }
  const update = async (firmware: number, source?: string): Promise<void> => {
    const release = await build(folder, small, firmware, source)
    expect(await run(['gw', 'release', 'add', release, '--data', data])).toMatchObject({ board: id, firmware })
    const asked = await run(['devices', 'update', kid, '--release', String(firmware), '--data', data])
    expect(asked).toMatchObject({ updates: [{ stage: 'offered', firmware }] })
  }
  await update(2)
  await relay.line(new RegExp(`^<- ${kid} firmware$`))
  await relay.line(new RegExp(`^board ${kid}: weather-node 2 on ${id}`))
  await expect.poll(updates, { timeout: 30_000 }).toMatchObject([{ stage: 'running', firmware: 2, runs: 2 }])

  if (small.way !== toUpdate) {
    // What comes while the board still checks the receipt that proves its firmware is dropped, and offered again in an hour.
    await expect
      .poll(relay.text, { timeout: 30_000 })
      .toMatch(new RegExp(`weather-node 2 on ${id}[^]*-> ${kid} result`))
    await update(3, broken)
    await expect
      .poll(updates, { timeout: 60_000 })
      .toMatchObject([
        { stage: 'running' },
        { stage: 'rolled-back', firmware: 3, runs: 2, code: 'update/crashed', fetchedMs: expect.any(Number) },
      ])
  }
  expect(await relay.end('SIGTERM')).toBe(0)
  await gateway.end('SIGTERM')
})
