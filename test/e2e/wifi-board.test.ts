import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fakeRadio } from '../../firmware/espruino-profile/index.ts'
import { buildApp, writeBuild } from '../../firmware/toolchain/build/build.ts'
import { noSocat } from '../device-sdk/sensors/serial.ts'
import { plugSmallBoard, plugWeatherBoard } from '../emulators/small-board/plug.ts'
import { roomy, roomyBoard, roomyOptions } from '../emulators/small-board/roomy.ts'
import { must } from '../gateway/harness.ts'
import { getJson, runCli, startGateway, temporaryFolder } from './harness.ts'

type Reports = { readonly reports: readonly { readonly code: string }[] }

const folder = temporaryFolder()
const hardware = roomyBoard(join(folder, 'hardware'))
const passphrase = 'correct horse battery'

const build = async (firmware: number): Promise<string> => {
  const [config, out] = [join(folder, 'config.json'), join(folder, `build-${firmware}`)]
  writeFileSync(config, JSON.stringify({ everyS: 1, batch: 1, link: 'wifi' }))
  const options = { app: 'weather-node', board: roomy, hardware, config, firmware, dev: false }
  must(await writeBuild(must(await buildApp(options)), out))
  return out
}

it.skipIf(noSocat !== null)(
  `a board with WiFi is flashed and provisioned over its line, reports without it, and takes new firmware so ${noSocat ?? ''}`,
  { timeout: 120_000 },
  async () => {
    const radio = fakeRadio(new Map([['home', passphrase]]))
    const board = await plugSmallBoard(undefined, { ...roomyOptions(), radio })
    const manifest = join(hardware, `boards/${roomy}.json`)
    const flashed = await runCli(['flash', '--board', manifest, '--image', await build(1), '--port', board.path])
    expect([flashed.status, flashed.stderr]).toEqual([0, expect.any(String)])

    const gateway = await startGateway(join(folder, 'gateway'))
    const own = ['provision', '--data', gateway.data, '--port', board.path, '--no-owner', '--json']
    const network = [...own, '--wifi-ssid', 'home', '--wifi-password-file']
    const wrong = await runCli([...network, '-'], { input: 'wrong horse\n' })
    expect([wrong.status, JSON.parse(wrong.stdout).error]).toMatchObject([1, { code: 'wifi/wrong-passphrase' }])
    const none = await runCli([...network, '-'], { input: '\n' })
    expect([none.status, JSON.parse(none.stdout).error]).toMatchObject([1, { code: 'wifi/no-passphrase' }])
    const short = await runCli([...network, '-'], { input: 'short\n' })
    expect([short.status, JSON.parse(short.stdout).error]).toMatchObject([1, { code: 'wifi/bad-credentials' }])
    const file = join(folder, 'passphrase')
    writeFileSync(file, `${passphrase}\n`, { mode: 0o600 })
    const made = await runCli([...network, file])
    expect([made.status, made.stderr]).toEqual([0, expect.not.stringContaining(passphrase)])
    expect(JSON.parse(made.stdout)).toMatchObject({ board: { wifi: true } })
    const { kid } = JSON.parse(made.stdout)

    writeFileSync(join(folder, 'list.csv'), 'name\nporch\n')
    const tray = ['provision', 'batch', join(folder, 'list.csv'), '--out', join(folder, 'tray')]
    const batch = await runCli([...tray, ...network.slice(1), file])
    expect([batch.status, JSON.parse(batch.stdout)]).toMatchObject([0, { made: 1, devices: [{ kid, state: 'made' }] }])

    const plain = await plugWeatherBoard()
    const bare = await runCli([...network, file, '--port', plain.path])
    expect([bare.status, JSON.parse(bare.stdout).error]).toMatchObject([1, { code: 'board/no-wifi' }])

    await board.unplug()
    const { http } = gateway.facts
    const reports = async () => (await getJson<Reports>(`${http}/v1/reports?kid=${kid}`)).reports
    const before = (await reports()).length
    await expect.poll(async () => (await reports()).length, { timeout: 30_000 }).toBeGreaterThan(before + 2)
    expect((await reports()).every(({ code }) => code === 'accepted')).toBe(true)
    expect(await getJson(`${http}/v1/devices/${kid}`)).toMatchObject({ status: 'active' })

    const run = async (args: readonly string[]): Promise<void> => {
      const { status, stderr } = await runCli([...args, '--data', gateway.data, '--json'])
      if (status !== 0) throw new Error(stderr)
    }
    await run(['gw', 'release', 'add', await build(2)])
    await run(['devices', 'update', kid, '--release', '2'])
    const headers = { authorization: `Bearer ${readFileSync(join(gateway.data, 'admin-token'), 'utf8').trim()}` }
    const updates = async (): Promise<unknown> =>
      ((await (await fetch(`${http}/v1/updates`, { headers })).json()) as { updates: unknown }).updates
    await expect.poll(updates, { timeout: 60_000 }).toMatchObject([{ stage: 'running', firmware: 2, runs: 2 }])
    await gateway.end('SIGTERM')
  },
)

it('a board that has no WiFi cannot be built with it', async () => {
  const config = join(folder, 'pico.json')
  writeFileSync(config, JSON.stringify({ link: 'wifi' }))
  for (const id of ['espruino-pico', 'rpi-4']) {
    const built = await buildApp({ app: 'weather-node', board: id, config, firmware: 1, dev: false })
    expect(built.ok ? null : built.error).toMatchObject({ code: 'build/bad-config' })
  }
})
