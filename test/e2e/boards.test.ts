import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root, runCli, temporaryFolder } from './harness.ts'

const ownBoard = (folder: string, change: object = {}): void => {
  const uno = JSON.parse(readFileSync(join(root, 'hardware/boards/uno.json'), 'utf8'))
  const wiring = JSON.parse(readFileSync(join(root, 'hardware/wiring/weather-node-uno.json'), 'utf8'))
  for (const kind of ['boards', 'wiring']) mkdirSync(join(folder, kind), { recursive: true })
  const board = { ...uno, id: 'clone-7', name: 'Clone Seven', tested: 'untested', ...change }
  writeFileSync(join(folder, 'boards/clone-7.json'), JSON.stringify(board))
  const own = { ...wiring, id: 'weather-node-clone-7', boards: ['clone-7'] }
  writeFileSync(join(folder, 'wiring/weather-node-clone-7.json'), JSON.stringify(own))
}

it('lists, shows and draws the boards that came with it, from any folder', async () => {
  const folder = temporaryFolder()
  const list = await runCli(['boards', 'list', '--json'], { cwd: folder })
  expect(JSON.parse(list.stdout).boards).toHaveLength(8)
  const some = await runCli(['boards', 'list', '--app', 'hotspot'], { cwd: folder })
  expect(some.stdout).toMatch(/^board +name +runtime +chip +tested +carries$/m)
  expect(some.stdout.match(/^rpi-/gm)).toHaveLength(3)
  expect(some.stdout).not.toContain('uno')
  const show = await runCli(['boards', 'show', 'uno'], { cwd: folder })
  expect(show.stdout).toMatch(/^tested +emulated$/m)
  expect(show.stdout).toMatch(/^carries +energy-meter, weather-node: /m)
  const draw = await runCli(['boards', 'draw', 'uno', '--app', 'weather-node', '--out', 'w.svg'], { cwd: folder })
  expect(draw.status).toBe(0)
  expect(readFileSync(join(folder, 'w.svg'), 'utf8')).toBe(
    readFileSync(join(root, 'docs/wiring/weather-node-uno.svg'), 'utf8'),
  )
  const check = await runCli(['boards', 'check'], { cwd: folder })
  expect([check.status, check.stderr]).toEqual([0, ''])
})

it('knows a board that was added as files, with no change of code', async () => {
  const folder = temporaryFolder()
  ownBoard(folder)
  const env = { HEXFIX_HARDWARE: folder }
  expect((await runCli(['boards', 'list'], { env })).stdout).toMatch(/^clone-7 +Clone Seven .* weather-node$/m)
  expect((await runCli(['boards', 'show', 'clone-7', '--hardware', folder])).stdout).toContain('Clone Seven')
  const drawn = await runCli(['boards', 'draw', 'clone-7', '--app', 'weather-node'], { env })
  expect(drawn.stdout).toMatch(/^<svg .*Clone Seven/)
  expect((await runCli(['boards', 'list'])).stdout).not.toContain('clone-7')
})

it('tells each fault of a wiring of one’s own, and ends with 1', async () => {
  const folder = temporaryFolder()
  ownBoard(folder, { rails: [{ volts: 5, pins: ['5V'], maxMa: 0.5 }] })
  const check = await runCli(['boards', 'check', '--hardware', folder, '--board', 'clone-7', '--json'])
  expect(check.status).toBe(1)
  expect(JSON.parse(check.stdout).checked[0].faults[0].code).toBe('wiring/rail-current')
  expect(check.stderr).toMatch(/^wiring\/rail-current: .*\n {2}next: /)
  const drawn = await runCli(['boards', 'draw', 'clone-7', '--app', 'weather-node', '--hardware', folder])
  expect(drawn.stderr).toContain('wiring/rail-current')
})

it('names the file and the field that are wrong', async () => {
  const folder = temporaryFolder()
  ownBoard(folder, { logic: { volts: 'five', maxVolts: 5 } })
  const malformed = await runCli(['boards', 'list', '--hardware', folder])
  expect(malformed.status).toBe(1)
  expect(malformed.stderr).toMatch(/hardware\/malformed: .*clone-7\.json: logic\.volts: /)
  writeFileSync(join(folder, 'boards/clone-7.json'), '{"id":')
  expect((await runCli(['boards', 'list', '--hardware', folder])).stderr).toContain('hardware/malformed')
  cpSync(join(root, 'hardware/boards/uno.json'), join(folder, 'boards/clone-7.json'))
  expect((await runCli(['boards', 'list', '--hardware', folder])).stderr).toContain('the file should be uno.json')
})

it('says what is not there', async () => {
  const cases = [
    [['show', 'nano'], 'hardware/board-unknown'],
    [['draw', 'uno', '--app', 'hotspot'], 'hardware/wiring-unknown'],
    [['draw', 'uno', '--out', '/nowhere/x.svg'], 'hardware/unwritable'],
    [['list', '--hardware', '/nowhere'], 'hardware/unreadable'],
  ] as const
  for (const [args, code] of cases) {
    const { status, stdout, stderr } = await runCli(['boards', ...args, '--json'])
    expect([status, JSON.parse(stdout).error.code]).toEqual([1, code])
    expect(stderr).toContain('  next: ')
  }
})
