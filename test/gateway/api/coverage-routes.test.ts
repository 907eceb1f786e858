import { latLngToCell } from 'h3-js'
import { expect, it } from 'vitest'
import { namedProfile } from '../../../gateway/coverage/index.ts'
import { openEpochDesk, roamingOf } from '../../../gateway/epoch/index.ts'
import { alpha, beta, heard, liar, openScene, porch } from '../epoch/scene.ts'
import { call } from '../running.ts'
import { adminToken, startTestApi } from './server-parts.ts'

const openApi = async () => {
  const scene = openScene()
  await scene.reportBeacon(alpha, 'a1')
  await scene.report(beta, { type: 'witness', rows: [heard(alpha, 'a1')] })
  await scene.report(liar, { type: 'witness', rows: [heard(alpha, 'a1', -40), heard(alpha, 'never sent')] })
  await scene.report(porch)
  scene.pass()
  scene.desk.closeDue()
  return scene
}
const get = async (http: string, path: string) => (await call(`${http}/v1/${path}`, 'GET', { token: adminToken })).json

it('shows what became of each submission of a report, and what would have turned it', async () => {
  const { http } = await startTestApi(await openApi())
  const { verdicts } = await get(http, 'reports/3/verdicts')
  expect(verdicts).toMatchObject([
    { item: 0, kind: 'witness', kid: liar.kid, code: 'coverage/rssi-too-strong', measured: -40, unit: 'dBm' },
    { item: 1, code: 'coverage/beacon-unknown', measured: null },
  ])
  expect(verdicts[0].margin).toBeLessThan(-30)
  expect(verdicts[0].flip).toMatch(/^at least \d+(\.\d)? dB weaker$/)
  expect(await get(http, 'reports/4/verdicts')).toEqual({ verdicts: [] })
  expect((await get(http, 'reports/99/verdicts')).error.code).toBe('api/not-found')
})

it('shows who heard whom in the last epochs, and what is near', async () => {
  const scene = await openApi()
  const { http } = await startTestApi(scene)
  const first = { count: 1, from: scene.first, to: scene.first }
  expect(await get(http, `devices/${alpha.kid}/coverage`)).toEqual({
    kid: alpha.kid,
    ruleset: 'first-coverage-1',
    epochs: first,
    heardBy: [beta.kid],
    hears: [],
    submissions: [{ kind: 'beacon', code: 'accepted', n: 1 }],
    near: 2,
    gnss: null,
  })
  expect(await get(http, `devices/${beta.kid}/coverage?epochs=5`)).toMatchObject({ heardBy: [], hears: [alpha.kid] })
  expect(await get(http, `devices/${porch.kid}/coverage`)).toMatchObject({ submissions: [], near: null })
  expect((await get(http, `devices/${'0'.repeat(16)}/coverage`)).error.code).toBe('device/unknown')
  scene.pass(3)
  scene.desk.closeDue()
  expect(await get(http, `devices/${alpha.kid}/coverage?epochs=1`)).toMatchObject({ heardBy: [] })
})

it('says what a place is worth before it is asserted, without the hotspot itself', async () => {
  const scene = await openApi()
  const desk = openEpochDesk({ ...scene.deps, ruleset: namedProfile('hexfix-1') })
  const { http } = await startTestApi({ ...scene, desk })
  const cell = latLngToCell(52.52, 13.405, 12)
  const crowded = await get(http, `coverage/preview?cell=${cell}`)
  expect(crowded).toMatchObject({ ruleset: 'hexfix-1', scale: 0.5 })
  expect(crowded.better.scale).toBeGreaterThan(0.5)
  expect(crowded.words).toMatch(/^scale 0\.50 here; 1\.00 is \d+ m (north|south|east|west)/)
  expect(await get(http, `coverage/preview?cell=${cell}&kid=${alpha.kid}`)).toMatchObject({ scale: 1, better: null })
  for (const wrong of ['', 'x', latLngToCell(52.52, 13.405, 11)]) {
    expect((await get(http, `coverage/preview?cell=${wrong}`)).error.code).toBe('place/not-a-cell')
  }
})

it('shows coverage as trackers met it, as `poc map` does, and reads the log again when a minute is over', async () => {
  const scene = openScene()
  const [lat, lng] = [52.525, 13.412]
  const columns = [[Math.round(lat * 1e7)], [Math.round(lng * 1e7)], [null], [50], [null]]
  const position = { type: 'sensor', schema: 4, stepsS: [], columns } as const
  const sighting = async (name: string, rssiDbm: number): Promise<void> => {
    await scene.reportBeacon(alpha, name)
    await scene.report(porch, position, { type: 'witness', rows: [heard(alpha, name, rssiDbm)] })
  }
  const clock = { ms: 0 }
  const { http } = await startTestApi(scene, false, () => clock.ms)
  expect((await call(`${http}/v1/coverage/map`)).status).toBe(401)
  expect(await get(http, 'coverage/map')).toMatchObject({ sightings: 0, cells: [], hotspots: [] })
  await sighting('a1', -100)
  clock.ms = 59_999
  expect(await get(http, 'coverage/map')).toMatchObject({ sightings: 0 })
  clock.ms = 60_000
  const map = await get(http, 'coverage/map')
  expect(map).toMatchObject({
    cells: [{ cell: latLngToCell(lat, lng, 10), bestRssiDbm: -100, hotspots: 1, trackers: 1 }],
    hotspots: [{ kid: alpha.kid, supports: 1, contradicts: 0, worst: null }],
  })
  expect(map).toEqual({ ruleset: 'first-coverage-1', ...roamingOf(scene.store, scene.deps.ruleset) })
  await sighting('a2', -40)
  clock.ms = 120_000
  expect(await get(http, 'coverage/map')).toMatchObject({ sightings: 2, hotspots: [{ contradicts: 1 }] })
  // The newest entries alone, where there are too many.
  expect(roamingOf(scene.store, scene.deps.ruleset, 2).sightings).toBe(1)
})

it('has no scale where the rules have none', async () => {
  const { http } = await startTestApi(await openApi())
  const here = await get(http, `coverage/preview?cell=${latLngToCell(52.52, 13.405, 12)}`)
  expect(here).toMatchObject({ ruleset: 'first-coverage-1', scale: 1, better: null, words: 'scale 1.00 here' })
})
