import { cpSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { firstCoverage, namedProfile } from '../../../gateway/coverage/index.ts'
import { replayEpoch } from '../../../gateway/epoch/index.ts'
import { placeOf } from '../../../gateway/registry/index.ts'
import { readStore } from '../../../gateway/store/index.ts'
import { changeDevice, must, testFolder } from '../harness.ts'
import { signReport, someTimeS, weather } from '../keys.ts'
import { alpha, beta, heard, liar, openScene, porch, signBeacon } from './scene.ts'

type Scene = ReturnType<typeof openScene>
const hourMs = 3_600_000
/** The start of a window of six hours (UTC), after the time that test reports name. */
const startMs = Math.ceil((someTimeS * 1000) / (6 * hourMs)) * 6 * hourMs
let seq = 0
const witnessOf = (key: typeof alpha, from: typeof alpha, name: string) =>
  signReport(key, { seq: seq++, blocks: [{ type: 'witness', rows: [heard(from, name)] }] })

/** Closes an epoch at this time, and sees that a replay of it and of a copy of the store gives the same to the byte. */
const closeAt = (scene: Scene, ms: number) => {
  scene.clock.ms = ms
  const closed = scene.desk.closeDue()
  if (closed === null) throw new Error('nothing was due')
  const copy = testFolder()
  cpSync(scene.folder, copy, { recursive: true, filter: (path) => !path.includes('lock.') })
  const beside = must(readStore(copy))
  const [here, there] = [replayEpoch(scene.store, closed.epoch), replayEpoch(beside, closed.epoch)].map(must)
  beside.close()
  expect(here?.differences).toEqual([])
  expect(there).toEqual(here)
  return closed
}
const codes = ({ verdicts }: ReturnType<typeof closeAt>): string[] =>
  verdicts.map(({ kind, code }) => `${kind} ${code}`)
const pointsOf = ({ shares }: ReturnType<typeof closeAt>): Record<string, number> =>
  Object.fromEntries(shares.map(({ kid, points }) => [nameOf.get(kid), Number(points) / 1e9]))
const nameOf = new Map([alpha, beta, liar, porch].map(({ kid, name }) => [kid, name]))

describe('an epoch with what came before it', () => {
  it('counts one beacon in six hours, also over the end of an epoch', async () => {
    const scene = openScene(9_000n, namedProfile('helium-2026'))
    await scene.takeAt(startMs + 1_000, alpha, signBeacon(alpha, 'one'))
    await scene.takeAt(startMs + 1_100, beta, witnessOf(beta, alpha, 'one'))
    expect(codes(closeAt(scene, startMs + hourMs))).toEqual(['beacon accepted', 'witness accepted'])
    await scene.takeAt(startMs + 2 * hourMs, alpha, signBeacon(alpha, 'two'))
    await scene.takeAt(startMs + 2 * hourMs, beta, witnessOf(beta, alpha, 'two'))
    const second = closeAt(scene, startMs + 3 * hourMs)
    expect(codes(second)).toEqual(['beacon coverage/irregular-interval', 'witness coverage/irregular-interval'])
    expect(second.shares).toEqual([])
    await scene.takeAt(startMs + 6 * hourMs, alpha, signBeacon(alpha, 'three'))
    expect(codes(closeAt(scene, startMs + 7 * hourMs))).toEqual(['beacon accepted'])
  })

  it('asks for reciprocity once the records reach 48 hours back, and finds it in an earlier epoch', async () => {
    const scene = openScene(9_000n, namedProfile('helium-2026'))
    const at = (hours: number) => startMs + hours * hourMs
    await scene.takeAt(at(0), alpha, signBeacon(alpha, 'a0'))
    await scene.takeAt(at(0), beta, witnessOf(beta, alpha, 'a0'))
    expect(codes(closeAt(scene, at(1)))).toEqual(['beacon accepted', 'witness accepted'])
    // For 48 hours nothing is asked; then beta, which never sent, is no witness, and alpha, which never heard, no beaconer.
    await scene.takeAt(at(47), alpha, signBeacon(alpha, 'a47'))
    await scene.takeAt(at(47), beta, witnessOf(beta, alpha, 'a47'))
    expect(codes(closeAt(scene, at(47.5)))).toEqual(['beacon accepted', 'witness accepted'])
    await scene.takeAt(at(54), beta, signBeacon(beta, 'b54'))
    await scene.takeAt(at(54), alpha, witnessOf(alpha, beta, 'b54'))
    expect(codes(closeAt(scene, at(55)))).toEqual(['beacon accepted', 'witness accepted'])
    await scene.takeAt(at(61), alpha, signBeacon(alpha, 'a61'))
    await scene.takeAt(at(61), beta, witnessOf(beta, alpha, 'a61'))
    await scene.takeAt(at(61), liar, witnessOf(liar, alpha, 'a61'))
    expect(codes(closeAt(scene, at(62)))).toEqual([
      'beacon accepted',
      'witness accepted',
      'witness coverage/no-valid-beacons',
    ])
  })

  it('knows the beacon of a witness that came after the epoch closed, and pays each once', async () => {
    const scene = openScene(9_000n, namedProfile('simulation-1'))
    const edgeMs = startMs
    await scene.takeAt(edgeMs - 500, alpha, signBeacon(alpha, 'edge'))
    await scene.takeAt(edgeMs - 400, beta, witnessOf(beta, alpha, 'edge'))
    const first = closeAt(scene, edgeMs)
    await scene.takeAt(edgeMs + 100, liar, witnessOf(liar, alpha, 'edge'))
    const second = closeAt(scene, edgeMs + 60_000)
    expect(first.verdicts.map(({ code }) => code)).toEqual(['accepted', 'accepted'])
    expect(second.verdicts.map(({ kid, code }) => [kid, code])).toEqual([[liar.kid, 'accepted']])
    expect(second.shares.map(({ kid, points }) => [kid, points])).toEqual([[liar.kid, '1000000000']])
  })
})

describe('what multiplies units', () => {
  it('density: hotspots side by side share a cell, and who was never accepted takes nothing from them', async () => {
    const scene = openScene(9_000n, namedProfile('helium-2026'))
    const close = { lat: 52.5302, lng: 13.4203, gainDbi: 0 }
    changeDevice(scene.registry, liar.kid, { place: must(placeOf(close)) }, startMs - hourMs)
    const points = async (name: string, isThere: boolean) => {
      const ms = startMs + (isThere ? 6 * hourMs : 0)
      await scene.takeAt(ms, beta, signBeacon(beta, name))
      await scene.takeAt(ms, alpha, witnessOf(alpha, beta, name))
      if (isThere) {
        await scene.takeAt(ms, alpha, signBeacon(alpha, `a ${name}`))
        await scene.takeAt(ms, liar, witnessOf(liar, alpha, `a ${name}`))
      }
      return pointsOf(closeAt(scene, ms + hourMs))
    }
    // A beacon with one witness is a quarter unit, its witness one.
    expect(await points('alone', false)).toEqual({ alpha: 1, beta: 0.25 })
    const crowded = await points('crowded', true)
    expect(crowded.beta).toBeCloseTo(0.125)
    // As a witness of beta's beacon alpha has the scale of beta, as a beaconer its own.
    expect(crowded.alpha).toBeCloseTo(0.5 + 0.25)
    expect(crowded.liar).toBeCloseTo(1)
  })

  it('a move costs four fifths for 48 hours; the others pay nothing for it', async () => {
    const scene = openScene(9_000n, namedProfile('hexfix-1'))
    changeDevice(
      scene.registry,
      beta.kid,
      { place: must(placeOf({ lat: 52.531, lng: 13.421, gainDbi: 0 })) },
      startMs - hourMs,
    )
    await scene.takeAt(startMs, alpha, signBeacon(alpha, 'a'))
    await scene.takeAt(startMs, beta, witnessOf(beta, alpha, 'a'))
    expect(pointsOf(closeAt(scene, startMs + hourMs))).toEqual({ alpha: 0.25, beta: 0.2 })
  })

  it('quality: weather that jumps, stands still or stays away earns less; a meter that falls too', async () => {
    const scene = openScene(9_000n, namedProfile('hexfix-1'))
    const timeS = startMs / 1000
    const day = (cells: readonly (readonly (number | null)[])[], stepS: number, schema = 1) => {
      const rows = cells[0]?.length ?? 0
      return { type: 'sensor', schema, stepsS: Array.from({ length: rows - 1 }, () => stepS), columns: cells } as const
    }
    const minutes = (n: number, value: (i: number) => number) => Array.from({ length: n }, (_, i) => value(i))
    const good = [minutes(60, (i) => 2000 + i), minutes(60, (i) => 500 + (i % 2)), minutes(60, (i) => 1000 + (i % 3))]
    const wild = [minutes(60, (i) => (i % 2 === 0 ? 2000 : 3000)), ...good.slice(1)]
    const nothing = minutes(60, () => 0)
    const meter = (energy: (i: number) => number) => [
      minutes(60, energy),
      nothing.map(() => 600),
      ...[1, 2, 3, 4].map(() => nothing),
    ]
    await scene.takeAt(startMs, porch, signReport(porch, { seq: 900, time: timeS, blocks: [day(good, 60)] }))
    await scene.takeAt(startMs, alpha, signReport(alpha, { seq: 900, time: timeS, blocks: [day(wild, 60)] }))
    await scene.takeAt(
      startMs,
      beta,
      signReport(beta, {
        seq: 900,
        time: timeS,
        blocks: [
          day(
            meter((i) => 100 + 10 * i),
            60,
            3,
          ),
        ],
      }),
    )
    await scene.takeAt(
      startMs,
      liar,
      signReport(liar, {
        seq: 900,
        time: timeS,
        blocks: [
          day(
            meter((i) => 9_000 - 10 * i),
            60,
            3,
          ),
        ],
      }),
    )
    expect(pointsOf(closeAt(scene, startMs + hourMs))).toEqual({ porch: 1, beta: 1 })
  })

  it('what the rules say nothing of keeps its unit: a report without weather or energy', async () => {
    const scene = openScene(9_000n, namedProfile('hexfix-1'))
    const host = { type: 'sensor', schema: 5, stepsS: [], columns: [[1], [2], [3], [9_000], [5], [6], [7]] } as const
    await scene.takeAt(startMs, porch, signReport(porch, { seq: 901, time: startMs / 1000, blocks: [host] }))
    expect(pointsOf(closeAt(scene, startMs + hourMs))).toEqual({ porch: 1 })
  })

  it('an owner gets five parts in a hundred at most, with all devices together; the rest goes over', async () => {
    const { rewards } = namedProfile('hexfix-1')
    const scene = openScene(1_000_000n, {
      ...firstCoverage,
      rewards: { ...rewards, sensorUnits: 1, ceilingPerMegapoint: 10 ** 9 },
    })
    const owner = new Uint8Array(20).fill(7)
    for (const { kid } of [alpha, beta]) changeDevice(scene.registry, kid, { owner })
    for (const key of [alpha, beta, porch])
      await scene.takeAt(startMs, key, signReport(key, { seq: 902, blocks: [weather()] }))
    scene.clock.ms = startMs + hourMs
    const closed = scene.desk.closeDue()
    const amounts = new Map(closed?.shares.map(({ kid, amount }) => [nameOf.get(kid), Number(amount)]))
    expect((amounts.get('alpha') ?? 0) + (amounts.get('beta') ?? 0)).toBe(50_000)
    expect(amounts.get('porch')).toBe(50_000)
    expect(closed).toMatchObject({ paid: '100000', carried: '900000' })
  })
})
