import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { projectOptions } from '../../../firmware/project/options.ts'
import { readProject } from '../../../firmware/project/project.ts'
import { scaffold } from '../../../firmware/project/scaffold.ts'
import { buildApp } from '../../../firmware/toolchain/build/build.ts'
import { readCatalog } from '../../../hardware/index.ts'

const catalog = readCatalog()
if (!catalog.ok) throw new Error(catalog.error.detail)
const { boards, parts, wirings } = catalog.value
const plan = (more: object) => scaffold({ folder: 'porch', simulate: false, appSource: false, ...more })
const none = (): boolean => false

it('the form for editors knows the choices of each application', () => {
  const planned = plan({ simulate: true })
  const form = planned.ok ? planned.value.files.get('hexfix.schema.json') : ''
  for (const choice of ['pulsesPerKwh', 'warmUpS', 'cableLossDb', 'everyS']) expect(form).toContain(`"${choice}"`)
})

it('every sensor of every board is found by its name, with its own application or a list of those that have it', () => {
  for (const [id] of boards) {
    const here = [...wirings.values()].filter((one) => one.boards.includes(id))
    const sensors = new Set(here.flatMap((one) => one.parts.map(({ part }) => part)))
    for (const sensor of sensors) {
      const having = here.filter((one) => one.parts.some(({ part }) => part === sensor))
      const planned = plan({ board: id, sensor })
      if (having.length > 1) {
        expect(planned).toMatchObject({ error: { code: 'hardware/ambiguous' } })
        continue
      }
      if (!planned.ok) throw new Error(planned.error.detail)
      const { wired, project } = planned.value
      expect(project).toMatchObject({ board: id, app: having[0]?.app })
      expect(wired?.wiring.parts.map(({ part }) => part)).toContain(sensor)
      // What is left is whole: nothing hangs on a part that is gone.
      const refs = ['board', 'outside', ...(wired?.wiring.parts.map(({ ref }) => ref) ?? [])]
      for (const end of wired?.wiring.wires.flat() ?? []) expect(refs).toContain(end.slice(0, end.indexOf('.')))
      const readable = wired?.wiring.parts.filter(({ part }) => parts.get(part)?.interface !== 'passive')
      expect(readable?.length).toBeGreaterThan(0)
    }
  }
})

it('a meter keeps its transceiver, and a battery its long batches', () => {
  const meter = plan({ board: 'espruino-wifi', sensor: 'sdm120' })
  expect(meter.ok && meter.value.wired?.wiring.parts.map(({ ref }) => ref)).toEqual(['bus', 'meter'])
  const puck = plan({ board: 'puckjs', sensor: 'sht31' })
  expect(puck.ok && puck.value.project.config).toEqual({ without: ['light'] })
})

it.each([
  [{ board: 'puckjs', sensor: 'bme280' }, 'hardware/sensor-unwired', 'sht31, bh1750'],
  [{ board: 'rpi-4' }, 'hardware/ambiguous', 'tracker with neo-6m, ina219'],
  [{ board: 'uno', app: 'hotspot' }, 'hardware/wiring-unknown', 'weather-node with bme280, ina219'],
  [{ board: 'nano', sensor: 'bme280' }, 'hardware/board-unknown', 'espruino-pico'],
  [{ simulate: true, sensor: 'sds011' }, 'project/no-record', 'sds011'],
  [{ simulate: true, board: 'rpi-4', app: 'tracker' }, 'project/no-record', 'tracker'],
  [{ sensor: 'bme280' }, 'cli/wrong-use', '--board'],
])('for %j says %s, with what there is', (wanted, code, detail) => {
  expect(plan(wanted)).toMatchObject({ error: { code, detail: expect.stringContaining(detail) } })
})

it('simulates weather for a board too, which the project then knows', () => {
  const planned = plan({ simulate: true, board: 'espruino-wifi', sensor: 'bme280' })
  expect(planned).toMatchObject({
    value: {
      project: { board: 'espruino-wifi', simulate: 'weather.csv', local: true },
      wired: { wires: { length: 4 } },
    },
  })
})

it.each([
  ['{ "schema": 1, "name": "porch", "colour": "green" }', /colour/],
  ['{ "schema": 1, "name": "porch", "firmware": -1 }', /firmware/],
  ['{ "name": "porch" }', /schema/],
  ['{ "schema": 1', /hexfix\.json/],
])('a project that is %s is refused, and the fault named', async (text, detail) => {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-project-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  expect(await readProject(folder)).toEqual({ ok: true, value: null })
  writeFileSync(join(folder, 'hexfix.json'), text)
  expect(await readProject(folder)).toMatchObject({
    error: { code: 'project/malformed', detail: expect.stringMatching(detail) },
  })
})

it('a build leaves out no part that the wiring has not, and not all that it has', async () => {
  const build = (without: readonly string[]) =>
    buildApp({ app: 'tracker', board: 'rpi-4', firmware: 0, dev: false, config: { without } })
  expect(await build(['light'])).toMatchObject({
    error: { code: 'build/bad-config', detail: 'without: light; there are gnss, gauge' },
  })
  expect(await build(['gnss', 'gauge'])).toMatchObject({ error: { code: 'build/bad-config' } })
})

it('a port that is named leads to a board, also in a project without one', () => {
  const project = { schema: 1, name: 'porch', simulate: 'weather.csv', local: true, port: '/dev/ttyACM1' } as const
  expect(projectOptions(project, 'provision', none)).toMatchObject({ local: true })
  expect(projectOptions(project, 'provision', (name) => name === 'port')).not.toHaveProperty('local')
  expect(projectOptions(project, 'flash', none)).not.toHaveProperty('port')
  const { simulate: _, local: __, ...real } = project
  expect(projectOptions(real, 'provision', none)).toMatchObject({ port: '/dev/ttyACM1', name: 'porch' })
  expect(projectOptions(real, 'provision', (name) => name === 'local').port).toBeUndefined()
  expect(projectOptions(real, 'device relay', none)).toMatchObject({ port: ['/dev/ttyACM1'] })
})
