import { expect, it } from 'vitest'
import { namedProfile } from '../../../gateway/coverage/index.ts'
import { replayEpoch } from '../../../gateway/epoch/index.ts'
import { placeOf } from '../../../gateway/registry/index.ts'
import { changeDevice, must } from '../harness.ts'
import type { TestKey } from '../keys.ts'
import { signReport } from '../keys.ts'
import { alpha, beta, liar, openScene, porch } from './scene.ts'

const minutes = 60
const honest = [alpha, beta, liar]
const owner = (n: number): Uint8Array => new Uint8Array(20).fill(n)
const near = { lat: 52.521, lng: 13.406, gainDbi: 0 }

type Given = {
  readonly ruleset?: string
  /** In Cel: what stands still by less than a degree. */
  readonly temperatures: ReadonlyMap<TestKey, number>
  readonly owners: ReadonlyMap<TestKey, number>
  readonly porchAt?: typeof near
}

/** An hour of weather from each device, then the epoch. Who earned a unit for it, by name. */
const play = async ({ ruleset = 'hexfix-2', temperatures, owners, porchAt = near }: Given) => {
  const scene = openScene(9_000n, namedProfile(ruleset))
  changeDevice(scene.registry, porch.kid, { place: must(placeOf(porchAt)) })
  for (const [{ kid }, n] of owners) changeDevice(scene.registry, kid, { owner: owner(n) })
  const startMs = scene.clock.ms
  for (const [key, celsius] of temperatures) {
    const rows = Array.from({ length: minutes }, (_, i) => i)
    const columns = [
      rows.map((i) => celsius * 100 + (i % 50)),
      rows.map((i) => 500 + (i % 2)),
      rows.map((i) => 1000 + (i % 3)),
    ]
    const block = { type: 'sensor', schema: 1, stepsS: rows.slice(1).map(() => 60), columns } as const
    await scene.takeAt(startMs, key, signReport(key, { seq: 700, time: startMs / 1000, blocks: [block] }))
  }
  scene.pass(minutes)
  const closed = scene.desk.closeDue()
  if (closed === null) throw new Error('nothing was due')
  const replays = (): readonly string[] => must(replayEpoch(scene.store, closed.epoch)).differences
  expect(replays()).toEqual([])
  const paid = new Set(closed.shares.map(({ kid }) => kid))
  return { scene, replays, names: [...temperatures.keys()].filter(({ kid }) => paid.has(kid)).map(({ name }) => name) }
}

const degrees = (...of: readonly [TestKey, number][]) => new Map(of)
const apart = degrees([alpha, 1], [beta, 2], [liar, 3], [porch, 4])
const warmPorch = degrees([alpha, 20], [beta, 21], [liar, 19], [porch, 30])

it('a sensor that disagrees with its neighbours earns nothing; they do, and so does whoever agrees', async () => {
  expect((await play({ temperatures: warmPorch, owners: apart })).names).toEqual(['alpha', 'beta', 'liar'])
  const agrees = degrees([alpha, 20], [beta, 21], [liar, 19], [porch, 24])
  expect((await play({ temperatures: agrees, owners: apart })).names).toEqual(['alpha', 'beta', 'liar', 'porch'])
})

it('is not in force by hexfix-1, nor where fewer than three owners are near', async () => {
  const all = ['alpha', 'beta', 'liar', 'porch']
  expect((await play({ temperatures: warmPorch, owners: apart, ruleset: 'hexfix-1' })).names).toEqual(all)
  const away = { lat: 53.5, lng: 10, gainDbi: 0 }
  expect((await play({ temperatures: warmPorch, owners: apart, porchAt: away })).names).toEqual(all)
  const two = degrees([alpha, 20], [beta, 21], [porch, 30])
  expect((await play({ temperatures: two, owners: apart })).names).toEqual(['alpha', 'beta', 'porch'])
})

it('many keys of one owner are one voice, and those that nobody claimed are one together', async () => {
  const all = ['alpha', 'beta', 'liar', 'porch']
  const gang = degrees([alpha, 1], [beta, 1], [liar, 1], [porch, 4])
  expect((await play({ temperatures: warmPorch, owners: gang })).names).toEqual(all)
  expect((await play({ temperatures: warmPorch, owners: degrees([porch, 4]) })).names).toEqual(all)
})

it('what is refused for itself is no voice', async () => {
  const boiling = degrees([alpha, 20], [beta, 21], [liar, 90], [porch, 30])
  expect((await play({ temperatures: boiling, owners: apart })).names).toEqual(['alpha', 'beta', 'porch'])
})

it('owners that change later change no epoch that was closed', async () => {
  const { scene, replays } = await play({ temperatures: warmPorch, owners: apart })
  for (const { kid } of honest) changeDevice(scene.registry, kid, { owner: owner(9) }, scene.clock.ms)
  expect(replays()).toEqual([])
})
