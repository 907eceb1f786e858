import { latLngToCell } from 'h3-js'
import { describe, expect, it } from 'vitest'
import { gnssSupport } from '../../../gateway/coverage/gnss-support.ts'
import { profileOf } from '../../../gateway/coverage/index.ts'
import type { Sighting } from '../../../gateway/coverage/mapping.ts'
import { mapCoverage, sightingSupport } from '../../../gateway/coverage/mapping.ts'
import type { PlaceHistory } from '../../../gateway/coverage/place-history.ts'
import { historyOf as historyOfAll, moveScale, placeAt as placeOn } from '../../../gateway/coverage/place-history.ts'
import { placeAt } from './scene.ts'

const rules = profileOf('hexfix-1')?.location
if (rules === undefined) throw new Error('no location rules')
const [home, away] = [placeAt(51.5, -0.1), placeAt(51.6, -0.1)]
const historyOf = (...assertions: [number, typeof home][]): PlaceHistory =>
  historyOfAll(assertions.map(([fromMs, place]) => ({ fromMs, place })))

describe('the history of places', () => {
  it('gives the place at the time of the evidence, whatever the order of assertions', () => {
    for (const history of [historyOf([10, home], [20, away]), historyOf([20, away], [10, home])]) {
      expect([9, 10, 19, 20].map((ms) => placeOn(history, ms))).toEqual([null, home, home, away])
    }
    expect(placeOn(historyOf([10, home], [10, away]), 10)).toBe(away)
  })

  it('charges a move for 48 hours, and neither the first assertion nor another gain', () => {
    const history = historyOf([10, home], [20, { ...home, gainDbi: 6 }], [30, away])
    const scales = [10, 25, 30, 30 + rules.settleMs - 1, 30 + rules.settleMs].map((ms) => moveScale(history, ms, rules))
    expect(scales).toEqual([1, 1, 0.2, 0.2, 1])
    const regained = historyOfAll([...history, { fromMs: 40, place: { ...away, gainDbi: 3 } }])
    expect(moveScale(regained, 41, rules)).toBe(0.2)
    expect(moveScale(history, 30, undefined)).toBe(1)
  })
})

describe('a GNSS reading', () => {
  const north = (metres: number, accuracyM: number | null) =>
    gnssSupport(home, { latE7: home.latE7 + Math.round((metres / 111_195) * 1e7), lngE7: home.lngE7, accuracyM }, rules)

  it('supports within its uncertainty and the tolerance, and contradicts beyond', () => {
    expect(north(0, 5)).toMatchObject({ says: 'supports', uncertaintyM: 15, thresholdM: 45 })
    expect(north(44, 5).says).toBe('supports')
    expect(north(46, 5).says).toBe('contradicts')
    expect(north(5_000, 5).distanceM).toBeCloseTo(5_000, -1)
  })

  it('says nothing where it is too uncertain, and nothing against without an accuracy', () => {
    expect(north(5_000, 167).says).toBe('nothing')
    expect(north(5_000, 166).says).toBe('contradicts')
    expect(north(29, null).says).toBe('supports')
    expect(north(31, null).says).toBe('nothing')
  })
})

describe('mapping', () => {
  const sighting = (over: Partial<Sighting> = {}): Sighting => ({
    tracker: 't1',
    hotspot: 'h1',
    receivedMs: 1_000,
    cell: latLngToCell(51.52, -0.1, 12),
    latE7: 515_200_000,
    lngE7: -1_000_000,
    rssiDbm: -105,
    freqKhz: 868_100,
    txDbm: 14,
    ...over,
  })

  it('shows cells of resolution 10 with the best signal, who heard, and how old it is', () => {
    const list = [sighting(), sighting({ rssiDbm: -118, hotspot: 'h2', receivedMs: 500 }), sighting({ tracker: 't2' })]
    expect(mapCoverage(list, 3_000, rules)).toEqual([
      { cell: latLngToCell(51.52, -0.1, 10), bestRssiDbm: -105, hotspots: 2, trackers: 2, quality: 3, ageMs: 2_000 },
    ])
    const elsewhere = sighting({ cell: latLngToCell(51.6, -0.1, 12) })
    expect(mapCoverage([...list, elsewhere], 3_000, rules)).toHaveLength(2)
    expect(mapCoverage([elsewhere, ...list], 3_000, rules)).toEqual(mapCoverage([...list, elsewhere], 3_000, rules))
  })

  it.each([
    [-95, 4],
    [-95.1, 3],
    [-110.1, 2],
    [-120.1, 1],
    [-130.1, 0],
  ])('calls %d dBm quality %d', (rssiDbm, quality) => {
    expect(mapCoverage([sighting({ rssiDbm })], 3_000, rules)[0]?.quality).toBe(quality)
  })

  it('forgets what is too old, and knows nothing of the future', () => {
    expect(mapCoverage([sighting()], 1_000 + rules.mapMaxAgeMs, rules)).toHaveLength(1)
    expect(mapCoverage([sighting()], 1_001 + rules.mapMaxAgeMs, rules)).toEqual([])
    expect(mapCoverage([sighting()], 999, rules)).toEqual([])
  })

  it('contradicts a hotspot that is heard stronger than from where it says, or too far away', () => {
    const weak = sightingSupport(home, sighting(), 100)
    expect(weak).toMatchObject({ says: 'supports', measured: -105, unit: 'dBm' })
    const limit = weak.threshold
    expect(sightingSupport(home, sighting({ rssiDbm: limit }), 100).says).toBe('supports')
    expect(sightingSupport(home, sighting({ rssiDbm: limit + 0.1 }), 100).says).toBe('contradicts')
    expect(sightingSupport(placeAt(53, -0.1), sighting(), 100)).toMatchObject({
      says: 'contradicts',
      unit: 'km',
      threshold: 100,
    })
  })
})
