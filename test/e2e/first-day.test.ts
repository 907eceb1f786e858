import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { noSocat } from '../device-sdk/sensors/serial.ts'
import { plugSmallBoard } from '../emulators/small-board/plug.ts'
import { roomyOptions } from '../emulators/small-board/roomy.ts'
import { runCli, startCli, startGateway, temporaryFolder } from './harness.ts'

const here = temporaryFolder()
const porch = join(here, 'porch')

const run = async (args: readonly string[], cwd = porch): Promise<Record<string, unknown>> => {
  const { status, stdout, stderr } = await runCli([...args, '--json'], { cwd })
  if (status !== 0) throw new Error(stderr + stdout)
  return JSON.parse(stdout)
}
const change = (more: object): void => {
  const file = join(porch, 'hexfix.json')
  const project = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...project, ...more, config: { ...project.config, everyS: 2 } }))
}

it.skipIf(noSocat !== null)(
  `init, flash, provision, relay and monitor need no arguments in the folder of a board ${noSocat ?? ''}`,
  { timeout: 120_000 },
  async () => {
    const board = await plugSmallBoard(undefined, { ...roomyOptions(), board: 'ESPRUINOWIFI' })
    const gateway = await startGateway(join(here, '.hexfix/gateway'))
    const begun = await run(['init', 'porch', '--board', 'espruino-wifi', '--sensor', 'bme280'], here)
    expect(begun.next).not.toContain('hexfix gw up')
    // A pseudo-terminal has no USB device by which it is found.
    change({ port: board.path })
    expect(await run(['flash'])).toMatchObject({ hello: 'weather-node, firmware 0, on espruino-wifi' })
    const made = await run(['provision'])
    expect(made).toMatchObject({ status: 'pending', relay: expect.stringMatching(/^[0-9a-f]{16}$/) })
    expect(await run(['provision'])).toMatchObject({ kid: made.kid, relay: made.relay, registered: false })
    const monitor = startCli(['monitor'], { cwd: porch })
    const relay = startCli(['device', 'relay'], { cwd: porch })
    await relay.line(new RegExp(`^<- ${made.kid} report #0  accepted, receipt #\\d+`))
    await monitor.line(new RegExp(`^report   ${made.kid}  accepted #\\d+  .*temperature 25.08 Cel`))
    expect(await run(['devices', 'show', String(made.kid)])).toMatchObject({ name: 'porch', status: 'active' })
    expect(await relay.end('SIGTERM')).toBe(0)
    expect(await monitor.end('SIGTERM')).toBe(0)
    await gateway.end('SIGTERM')
  },
)

it('with --simulate it is this computer that reports', { timeout: 60_000 }, async () => {
  const folder = join(here, 'trial')
  const gateway = await startGateway(join(here, '.hexfix/gateway'))
  await run(['init', 'trial', '--simulate'], here)
  const made = await run(['provision'], folder)
  const device = startCli(['device', 'run'], { cwd: folder })
  await device.line(/^<- report #0 {2}accepted/)
  expect(device.text()).toMatch(/^-> report #0 {2}temperature /m)
  expect(await run(['devices', 'show', String(made.kid)], folder)).toMatchObject({ name: 'trial', status: 'active' })
  expect(await device.end('SIGTERM')).toBe(0)
  const flashed = await runCli(['flash', '--json'], { cwd: folder })
  expect([flashed.status, JSON.parse(flashed.stdout).error.code]).toEqual([1, 'project/simulated'])
  await gateway.end('SIGTERM')
})
