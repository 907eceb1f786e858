import { latLngToCell } from 'h3-js'
import { expect, it } from 'vitest'
import type { Block } from '../../../device-sdk/protocol/index.ts'
import { namedProfile } from '../../../gateway/coverage/index.ts'
import { roamingOf } from '../../../gateway/epoch/index.ts'
import { someTimeS } from '../keys.ts'
import { alpha, beta, heard, liar, openScene, porch, signBeacon } from './scene.ts'

const ruleset = namedProfile('hexfix-1')
const at = (lat: number, lng: number): Block => ({
  type: 'sensor',
  schema: 4,
  stepsS: [],
  columns: [[Math.round(lat * 1e7)], [Math.round(lng * 1e7)], [null], [50], [null]],
})
const witness = (...rows: readonly ReturnType<typeof heard>[]): Block => ({ type: 'witness', rows })
const near = [52.525, 13.412] as const

it('a tracker maps what it hears of hotspots, and hotspots of it, and says of each whether it can stand where it does', async () => {
  const scene = openScene()
  // A witness comes before its beacon; what nobody sent, and what is told without a position, maps nothing.
  await scene.report(porch, at(...near), witness(heard(alpha, 'a1', -100), heard(beta, 'never', -100)))
  await scene.reportBeacon(alpha, 'a1')
  await scene.report(liar, witness(heard(alpha, 'a1', -100)))
  // Here the tracker sends, and two hotspots hear it, one of them too loud for the way.
  await scene.reportBeacon(porch, 'p1', at(...near))
  await scene.report(alpha, witness(heard(porch, 'p1', -110)))
  await scene.report(liar, witness(heard(porch, 'p1', -40)))
  // And far from where it says that it stands.
  await scene.reportBeacon(beta, 'b1')
  await scene.report(porch, at(54.1, 13.4), witness(heard(beta, 'b1', -120)))

  const roaming = roamingOf(scene.store, ruleset)
  expect(roaming.sightings).toBe(4)
  const cell = (lat: number, lng: number) => latLngToCell(lat, lng, 10)
  expect(Object.fromEntries(roaming.cells.map((one) => [one.cell, one]))).toMatchObject({
    [cell(...near)]: { bestRssiDbm: -40, hotspots: 2, trackers: 1, quality: 4 },
    [cell(54.1, 13.4)]: { bestRssiDbm: -120, hotspots: 1, trackers: 1, quality: 2 },
  })
  const said = Object.fromEntries(roaming.hotspots.map(({ kid, ...one }) => [kid, one]))
  expect(said[alpha.kid]).toEqual({ supports: 2, contradicts: 0, worst: null })
  expect(said[liar.kid]).toMatchObject({ supports: 0, contradicts: 1, worst: { measured: -40, unit: 'dBm' } })
  expect(said[beta.kid]).toMatchObject({ supports: 0, contradicts: 1, worst: { measured: 174, threshold: 100 } })
  expect(said[porch.kid]).toBeUndefined()
})

it('counts ages from the newest report, and forgets what is older than the ruleset lets a map be', async () => {
  const scene = openScene()
  const startMs = someTimeS * 1000
  const maxMs = ruleset.location?.mapMaxAgeMs ?? 0
  await scene.takeAt(startMs, porch, signBeacon(porch, 'p1', at(...near)))
  await scene.takeAt(startMs + 1_000, alpha, signBeacon(alpha, 'x1', witness(heard(porch, 'p1'))))
  expect(roamingOf(scene.store, ruleset)).toMatchObject({ atMs: startMs + 1_000, cells: [{ ageMs: 0 }] })
  await scene.takeAt(startMs + 61_000, beta, signBeacon(beta, 'x2'))
  expect(roamingOf(scene.store, ruleset).cells).toMatchObject([{ ageMs: 60_000 }])
  await scene.takeAt(startMs + 1_001 + maxMs, beta, signBeacon(beta, 'x3'))
  expect(roamingOf(scene.store, ruleset)).toMatchObject({ cells: [] })
})
