import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import { noSocat } from '../device-sdk/sensors/serial.ts'
import { standardFirmata } from '../emulators/standard-firmata.ts'
import type { Started } from './harness.ts'
import { getJson, provision, root, runCli, startCli, startGateway, temporaryFolder } from './harness.ts'

const image = standardFirmata()
const noArduino = noSocat ?? ('missing' in image ? image.missing : null)

type Reports = {
  readonly reports: readonly {
    readonly code: string
    readonly report: { readonly blocks: readonly { readonly last?: readonly { name: string; value: number }[] }[] }
  }[]
}

const built = async (app: string, board: string, config: object): Promise<string> => {
  const folder = temporaryFolder()
  const file = join(folder, 'config.json')
  writeFileSync(file, JSON.stringify(config))
  const out = join(folder, 'build')
  const made = await runCli(['build', '--app', app, '--board', board, '--config', file, '--out', out])
  expect(made.stderr).toBe('')
  // Copied away, so that nothing beside it can be reached.
  const alone = join(temporaryFolder(), 'current')
  cpSync(out, alone, { recursive: true })
  return alone
}
const run = (folder: string, dir: string, env: NodeJS.ProcessEnv = {}): Started =>
  startCli([], { cli: join(folder, 'app.js'), cwd: folder, env: { HEXFIX_DEVICE: dir, NODE_PATH: '', ...env } })

/** The names of what the newest reports of the gateway hold. */
const fieldsAt = async (http: string): Promise<string[]> => {
  const { reports } = await getJson<Reports>(`${http}/v1/reports`)
  expect(reports.every(({ code }) => code === 'accepted')).toBe(true)
  const blocks = reports.flatMap(({ report }) => report.blocks)
  return [...new Set(blocks.flatMap(({ last }) => (last ?? []).map(({ name }) => name)))].sort()
}

describe('a bundle for Linux, alone in a folder', () => {
  it('waits until it is provisioned, and then delivers', { timeout: 60_000 }, async () => {
    const csv = join(root, 'device-sdk/sensors/records/seattle-weather-hourly-normals.csv')
    const folder = await built('weather-node', 'rpi-4', {
      everyS: 1,
      sensors: { weather: `replay:${csv}`, light: 'host' },
    })
    const data = join(temporaryFolder(), 'gateway')
    const gateway = await startGateway(data)
    const dir = join(temporaryFolder(), 'device')
    mkdirSync(dir, { mode: 0o700 })
    const app = run(folder, dir)
    await app.line(/device\/not-provisioned/)
    await provision(data, dir)
    await app.line(/"event":"started".*"app":"weather-node","board":"rpi-4","firmware":0/)
    await app.line(/"event":"report\/receipt".*"verdict":0/)
    await app.line(/"event":"report\/receipt".*"seq":1.*"verdict":0|"seq":1.*"event":"report\/receipt"/)
    expect(await app.end('SIGTERM')).toBe(0)
    expect(await fieldsAt(gateway.facts.http)).toEqual(expect.arrayContaining(['temperature', 'uptime']))
  })

  it('says why it cannot begin, as a code, and ends with 1', async () => {
    const folder = await built('tracker', 'rpi-4', {
      sensors: { gnss: 'nmea:/dev/null/none', gauge: 'replay:/none.csv' },
    })
    const dir = temporaryFolder()
    writeFileSync(join(dir, 'trust.json'), '{')
    const app = run(folder, dir)
    await app.line(/^device\/bad-trust: /)
    expect(await app.end('SIGCONT')).toBe(1)
    expect(app.text()).not.toMatch(/^ +at /m)
  })

  it('reads two parts of one Arduino over one port', { timeout: 60_000 }, async (context) => {
    if (noArduino !== null) process.stderr.write(`skipped: ${noArduino}\n`)
    context.skip(noArduino !== null, noArduino ?? '')
    const port = join(temporaryFolder(), 'tty')
    const board = spawn(process.execPath, [join(root, 'dist/arduino.js'), 'standard-firmata', 'bme280+ina219', port], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const ended = once(board, 'close')
    onTestFinished(async () => {
      board.stdin.end()
      await ended
    })
    await once(createInterface({ input: board.stdout }), 'line')
    const folder = await built('weather-node', 'uno', { everyS: 2, ports: { board: port } })
    const data = join(temporaryFolder(), 'gateway')
    const gateway = await startGateway(data)
    const dir = await provision(data, join(temporaryFolder(), 'device'))
    const app = run(folder, dir)
    const weather = await app.line(/"event":"report\/signed".*"schema":1,/)
    await app.line(/"event":"report\/signed".*"schema":3,/)
    await app.line(new RegExp(`"event":"report/receipt".*"seq":${JSON.parse(weather).seq},`))
    expect(app.text()).not.toContain('sensor/port-busy')
    expect(await app.end('SIGTERM')).toBe(0)
    const fields = await fieldsAt(gateway.facts.http)
    expect(fields).toEqual(
      expect.arrayContaining(['humidity', 'pressure', 'temperature', 'current', 'power', 'voltage']),
    )
    const manifest = JSON.parse(readFileSync(join(folder, 'build.json'), 'utf8'))
    expect(manifest.image).toMatchObject({
      name: 'StandardFirmata.hex',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })
})

describe('hexfix build', () => {
  const refused = async (args: readonly string[]): Promise<{ code: string; detail: string }> => {
    const ran = await runCli(['build', '--out', join(temporaryFolder(), 'out'), '--json', ...args])
    expect(ran.status).toBe(1)
    expect(ran.stderr).not.toMatch(/^ +at /m)
    return JSON.parse(ran.stdout).error
  }
  const config = (text: string): string => {
    const file = join(temporaryFolder(), 'config.json')
    writeFileSync(file, text)
    return file
  }

  it.each([
    ['a choice that there is not', '{"everyS": 60, "colour": "green"}', /colour/],
    ['a number out of its range', '{"everyS": 0}', /everyS/],
    ['a path that is none', '{"ports": {"board": "COM3"}}', /ports\.board/],
    ['no JSON', '{everyS', /JSON/],
    ['a list', '[]', /object/],
  ])('refuses a configuration with %s, and names it', async (_, text, detail) => {
    const args = ['--app', 'weather-node', '--board', 'rpi-4', '--config', config(text)]
    expect(await refused(args)).toMatchObject({ code: 'build/bad-config', detail: expect.stringMatching(detail) })
  })

  it('refuses an application, a board and a wiring that it does not know', async () => {
    expect(await refused(['--app', '../x', '--board', 'rpi-4'])).toMatchObject({ code: 'build/unknown-app' })
    expect(await refused(['--app', 'weather-node', '--board', 'rpi-9'])).toMatchObject({
      code: 'hardware/board-unknown',
    })
    expect(await refused(['--app', 'hotspot', '--board', 'uno'])).toMatchObject({ code: 'hardware/wiring-unknown' })
  })

  it('replaces a build, and no folder that holds anything else', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'letter.txt'), 'mine')
    const args = ['build', '--app', 'tracker', '--board', 'rpi-5', '--json', '--out']
    const ran = await runCli([...args, folder])
    expect(JSON.parse(ran.stdout).error.code).toBe('build/not-a-build')
    expect(readFileSync(join(folder, 'letter.txt'), 'utf8')).toBe('mine')
    const out = join(temporaryFolder(), 'out')
    for (const _ of [1, 2]) expect((await runCli([...args, out])).status).toBe(0)
  })
})

describe('hexfix flash with a build', () => {
  const flashed = async (
    args: readonly string[],
  ): Promise<{ readonly status: number | null; readonly document: object }> => {
    const { status, stdout } = await runCli(['flash', '--json', ...args])
    return { status, document: JSON.parse(stdout) }
  }
  const card = (): { readonly option: string; readonly root: string } => {
    const [boot, cardRoot] = [temporaryFolder(), temporaryFolder()]
    writeFileSync(join(boot, 'config.txt'), '')
    mkdirSync(join(cardRoot, 'etc'))
    return { option: `${boot},${cardRoot}`, root: cardRoot }
  }

  it('knows the board from it, and compares every file with it', async () => {
    const folder = await built('tracker', 'rpi-4', {})
    const { option, root: cardRoot } = card()
    const good = await flashed(['--image', folder, '--card', option])
    expect(good).toMatchObject({ status: 0, document: { board: 'rpi-4' } })
    const installed = join(cardRoot, 'opt/hexfix/current')
    expect(readFileSync(join(installed, 'app.js'))).toEqual(readFileSync(join(folder, 'app.js')))
    writeFileSync(join(folder, 'app.js'), 'process.exit()')
    const damaged = await flashed(['--image', folder, '--card', option])
    expect(damaged.document).toMatchObject({
      error: { code: 'flash/bad-image', detail: expect.stringContaining('app.js') },
    })
    expect(readFileSync(join(installed, 'app.js'), 'utf8')).not.toBe('process.exit()')
  })

  it('refuses another board than it was built for, and what is for the computer beside the board', async () => {
    const folder = await built('tracker', 'rpi-4', {})
    const other = await flashed(['--image', folder, '--board', 'rpi-5', '--card', card().option])
    expect(other.document).toMatchObject({ error: { code: 'flash/wrong-board' } })
    const beside = await flashed(['--image', await built('weather-node', 'uno', {})])
    expect(beside.document).toMatchObject({
      error: { code: 'flash/bad-image', detail: expect.stringContaining('StandardFirmata.hex') },
    })
    const none = await flashed(['--image', temporaryFolder()])
    expect(none.document).toMatchObject({ error: { code: 'cli/wrong-use' } })
  })
})
