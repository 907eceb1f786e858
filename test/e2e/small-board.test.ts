import { join } from 'node:path'
import { expect, it } from 'vitest'
import { noSocat } from '../device-sdk/sensors/serial.ts'
import { plugSmallBoard, writeWeatherBuild } from '../emulators/small-board/plug.ts'
import { getJson, provision, runCli, startCli, startGateway, temporaryFolder } from './harness.ts'

type Json = Readonly<Record<string, unknown>>

const run = async (args: readonly string[]): Promise<Json> => {
  const { status, stdout, stderr } = await runCli([...args, '--json'])
  if (status !== 0) throw new Error(stderr + stdout)
  return JSON.parse(stdout)
}

it.skipIf(noSocat !== null)(
  `a small board is flashed, provisioned over its line, and its reports come over a relay ${noSocat ?? ''}`,
  { timeout: 180_000 },
  async () => {
    const board = await plugSmallBoard()
    const build = temporaryFolder()
    await writeWeatherBuild(build)
    const flash = ['flash', '--board', 'espruino-pico', '--image', build, '--port', board.path]
    expect(await run(flash)).toMatchObject({
      board: 'espruino-pico',
      chip: 'PICO_R1_3',
      hello: 'weather-test, firmware 7, on espruino-pico',
    })
    const locked = await runCli([...flash, '--json'])
    expect([locked.status, JSON.parse(locked.stdout).error]).toMatchObject([1, { code: 'board/console-locked' }])

    const folder = temporaryFolder()
    const gateway = await startGateway(join(folder, 'gateway'))
    const wire = ['provision', '--data', gateway.data, '--port', board.path, '--name', 'porch', '--no-owner']
    const made = await run(wire)
    expect(made).toMatchObject({ registered: true, status: 'pending', owner: null, board: { app: 'weather-test' } })
    const kid = String(made.kid)
    // The key is the board's alone: what the host shows is public, and a second run finds it again.
    expect([...board.device.files.keys()]).toContain('hexfix.key')
    expect(await run(wire)).toMatchObject({ kid, publicKey: made.publicKey, registered: false })

    const dir = await provision(gateway.data, join(folder, 'roof'))
    await run(['devices', 'relay', kid, '--dir', dir, '--data', gateway.data])
    const relay = startCli(['device', 'relay', '--dir', dir, '--port', board.path])
    await relay.line(new RegExp(`^<- ${kid} report #0  accepted, receipt #\\d+`))
    expect(await getJson(`${gateway.facts.http}/v1/devices/${kid}`)).toMatchObject({ name: 'porch', status: 'active' })
    const relays = [(await run(['devices', 'show', kid, '--data', gateway.data])).relays]
    expect(relays).toEqual([[expect.stringMatching(/^[0-9a-f]{16}$/)]])
    const { reports } = await getJson<{ reports: Json[] }>(`${gateway.facts.http}/v1/reports?kid=${kid}`)
    expect(JSON.stringify(reports)).toContain('22.1')
    expect(await relay.end('SIGTERM')).toBe(0)
    await gateway.end('SIGTERM')
  },
)
