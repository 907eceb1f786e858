import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root, runCli, runProgram, temporaryFolder } from './harness.ts'

const read = (path: string): string => readFileSync(path, 'utf8')

describe('hexfix init', () => {
  it('makes a folder with the project, the wires of the sensor alone, and what is next', async () => {
    const here = temporaryFolder()
    const begun = await runCli(['init', 'porch', '--board', 'espruino-wifi', '--sensor', 'bme280'], { cwd: here })
    expect([begun.status, begun.stderr]).toEqual([0, ''])
    expect(begun.stdout).toMatch(/^porch: weather-node on Espruino WiFi$/m)
    expect(begun.stdout).toMatch(/^3 +B8 +weather SCK$/m)
    expect(begun.stdout).toMatch(/^ +(npx )?hexfix flash /m)
    const porch = join(here, 'porch')
    expect(readdirSync(porch).sort()).toEqual(['.gitignore', 'hexfix.json', 'hexfix.schema.json', 'wiring.svg'])
    expect(JSON.parse(read(join(porch, 'hexfix.json')))).toEqual({
      $schema: './hexfix.schema.json',
      schema: 1,
      name: 'porch',
      app: 'weather-node',
      board: 'espruino-wifi',
      config: { everyS: 60, batch: 1, without: ['light'] },
      relayDir: '.hexfix/relay',
    })
    expect(read(join(porch, 'wiring.svg'))).toContain('weather SDI')
    expect(read(join(porch, 'wiring.svg'))).not.toContain('BH1750')
    // Keys and builds are no part of what a maker keeps under version control.
    expect(read(join(porch, '.gitignore'))).toBe('.hexfix/\nbuild/\n')
    const again = await runCli(['init', 'porch', '--board', 'rpi-4', '--sensor', 'bme280', '--json'], { cwd: here })
    expect([again.status, JSON.parse(again.stdout).error.code]).toEqual([1, 'project/not-empty'])
    expect(JSON.parse(read(join(porch, 'hexfix.json'))).board).toBe('espruino-wifi')
  })

  it('goes from init to a build for a Pi, of the source that a maker changes, which their editor knows', {
    timeout: 60_000,
  }, async () => {
    const here = temporaryFolder()
    const asked = ['init', 'roof', '--board', 'rpi-4', '--sensor', 'sds011', '--app-source']
    expect((await runCli(asked, { cwd: here })).status).toBe(0)
    const roof = join(here, 'roof')
    expect(read(join(roof, 'app.ts'))).toBe(read(join(root, 'firmware/apps/air-node.ts')))
    const named = ['build', '--app', 'air-node', '--board', 'rpi-4', '--out', join(here, 'theirs'), '--config']
    writeFileSync(join(here, 'config.json'), '{"batch": 1, "without": ["air"]}')
    const [typed, built, theirs] = await Promise.all([
      runProgram(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', roof]),
      runCli(['build', '--json'], { cwd: roof }),
      runCli([...named, join(here, 'config.json')]),
    ])
    expect([typed.status, typed.stdout]).toEqual([0, ''])
    expect(JSON.parse(built.stdout)).toMatchObject({ out: 'build', app: 'air-node', board: 'rpi-4' })
    expect(theirs.status).toBe(0)
    // Not by toBe: a difference would be printed whole.
    expect(read(join(roof, 'build/app.js')) === read(join(here, 'theirs/app.js'))).toBe(true)
    expect(read(join(roof, 'build/hexfix-device.service'))).not.toContain('char-i2c')
    writeFileSync(join(roof, 'app.ts'), "import { report } from 'hexfix:board'\nreport([")
    const broken = await runCli(['build', '--json'], { cwd: roof })
    expect(JSON.parse(broken.stdout).error).toMatchObject({
      code: 'build/failed',
      detail: expect.stringMatching(/app\.ts:2:/),
    })
  })

  it('lists what there is where nothing fits, and writes nothing', async () => {
    const here = temporaryFolder()
    const refused = async (args: readonly string[]) => {
      const { status, stdout } = await runCli(['init', ...args, '--json'], { cwd: here })
      return [status, JSON.parse(stdout).error.code]
    }
    const puck = ['porch', '--board', 'puckjs', '--sensor']
    expect(
      await Promise.all(
        [
          [...puck, 'bme280'],
          ['porch', '--sensor', 'bme280'],
          ['no/porch', '--simulate'],
        ].map(refused),
      ),
    ).toEqual([
      [1, 'hardware/sensor-unwired'],
      [2, 'cli/wrong-use'],
      [1, 'project/unwritable'],
    ])
    expect(readdirSync(here)).toEqual([])
  })
})

describe('a command in the folder of a project', () => {
  const project = (value: object | string): string => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'hexfix.json'), typeof value === 'string' ? value : JSON.stringify(value))
    return folder
  }
  const base = { schema: 1, name: 'porch' }
  const refused = async (cwd: string, ...args: string[]) => {
    const { status, stdout, stderr } = await runCli([...args, '--json'], { cwd })
    expect(stderr).not.toMatch(/^ +at /m)
    return { status, error: JSON.parse(stdout).error }
  }

  it('names what is wrong with its file, and only where the file is needed', async () => {
    const { status, error } = await refused(project({ ...base, colour: 'green' }), 'build')
    expect([status, error.code, error.detail]).toEqual([1, 'project/malformed', expect.stringMatching(/colour/)])
    expect((await runCli(['boards', 'show', 'uno'], { cwd: project('{') })).status).toBe(0)
  })

  it('takes what is named before what the file says, and demands the rest as ever', async () => {
    const folder = project({ ...base, app: 'tracker', board: 'rpi-4', data: 'theirs' })
    const [empty, bare] = [project(base), temporaryFolder()]
    const detail = (words: string) => ({ detail: expect.stringContaining(words) })
    const wrongUse = (option: string) => ({
      status: 2,
      error: { code: 'cli/wrong-use', ...detail(`required option '${option}`) },
    })
    const env = { HEXFIX_DATA: 'ours' }
    const [built, inEnv, ...others] = await Promise.all([
      runCli(['build', '--board', 'rpi-5', '--json'], { cwd: folder }),
      runCli(['monitor', '--json'], { cwd: folder, env }),
      refused(empty, 'build'),
      refused(bare, 'build'),
      refused(bare, 'flash'),
      refused(bare, 'device', 'relay'),
      refused(empty, 'flash'),
      refused(folder, 'monitor'),
      refused(folder, 'monitor', '--data', 'mine'),
    ])
    expect(JSON.parse(built.stdout)).toMatchObject({ app: 'tracker', board: 'rpi-5', out: 'build' })
    expect(JSON.parse(inEnv.stdout).error).toMatchObject(detail('ours'))
    expect(others).toMatchObject([
      wrongUse('--app <name>'),
      wrongUse('--app <name>'),
      wrongUse('--image <path>'),
      wrongUse('--port <port>'),
      { status: 1, error: { code: 'project/no-board' } },
      { status: 1, error: { code: 'gateway/not-running', ...detail('theirs') } },
      { status: 1, error: { code: 'gateway/not-running', ...detail('mine') } },
    ])
  })
})
