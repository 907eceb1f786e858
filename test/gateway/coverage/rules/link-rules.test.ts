import {
  cellToCenterChild,
  cellToLatLng,
  cellToParent,
  getPentagons,
  gridDisk,
  gridDistance,
  gridRing,
  latLngToCell,
} from 'h3-js'
import { describe, expect, it } from 'vitest'
import type { Place } from '../../../../gateway/coverage/index.ts'
import { firstCoverage } from '../../../../gateway/coverage/index.ts'
import type { Link } from '../../../../gateway/coverage/rules/link.ts'
import { linkOf } from '../../../../gateway/coverage/rules/link.ts'
import { rssiTooStrong, strengthOf } from '../../../../gateway/coverage/rules/rssi-too-strong.ts'
import { selfWitness } from '../../../../gateway/coverage/rules/self-witness.ts'
import { tooFar } from '../../../../gateway/coverage/rules/too-far.ts'
import { tooNear } from '../../../../gateway/coverage/rules/too-near.ts'
import { beacon, kidOf, placeAt, placeOfCell, witness } from '../scene.ts'

const home = placeAt(51.5, -0.1)
const away = placeAt(51.52, -0.1)
const between = (from: Place, to: Place): Link => linkOf(beacon(), witness(), { place: from }, { place: to })
const link = (over: Partial<Link> = {}): Link => ({ ...between(home, away), ...over })

describe('self-witness', () => {
  it('objects to the key of the beaconer, and to no other', () => {
    expect(selfWitness(link())).toBeNull()
    expect(selfWitness(link({ witness: witness({ kid: kidOf(1) }) }))?.code).toBe('coverage/self-witness')
  })
})

describe('too-far', () => {
  it('counts whole kilometres: 100 999.9 m passes, 101 000 m does not', () => {
    expect(tooFar(link({ distanceM: 100_999.9 }), firstCoverage)).toBeNull()
    expect(tooFar(link({ distanceM: 101_000 }), firstCoverage)).toEqual({
      code: 'coverage/too-far',
      rule: 'too-far',
      measured: 101,
      threshold: 100,
      unit: 'km',
    })
  })
})

describe('too-near', () => {
  const ring = (cells: number) => {
    const [cell = ''] = gridRing(cellToParent(home.cell, 11), cells)
    return placeOfCell(cellToCenterChild(cell, 12))
  }

  it('counts no cells between far places, where there are always enough of them', () => {
    const counted: number[] = []
    // Around pentagons, in the middle of faces and between them, at every resolution whose distances H3 can count.
    for (const nearResolution of [9, 10, 11]) {
      const ruleset = { ...firstCoverage, coverage: { ...firstCoverage.coverage, nearResolution, minMetres: 0 } }
      const starts = [...getPentagons(12).slice(0, 4), home.cell, placeAt(-30, 140).cell]
      for (const start of starts) {
        const [lat, lng] = cellToLatLng(start)
        for (const k of [1, 7, 8, 16, 20, 24, 30, 45]) {
          // About k cells away in each direction: 50 m from one to the next at resolution 11.
          const away = (k * 50 * Math.sqrt(7) ** (11 - nearResolution)) / 111_195
          for (const [north, east] of [
            [away, 0],
            [-away, 0],
            [0, away / Math.cos((lat * Math.PI) / 180)],
            [away / 2, -away],
          ] as const) {
            const cell = latLngToCell(lat + north, lng + east, nearResolution)
            const link = between(placeOfCell(start), placeOfCell(cellToCenterChild(cell, 12)))
            const isNear = tooNear(link, ruleset) !== null
            let cells = Infinity
            try {
              cells = gridDistance(cellToParent(start, nearResolution), cell)
            } catch {
              // Then metres count, and none are asked for here.
            }
            expect(isNear).toBe(cells < 8)
            counted.push(cells)
          }
        }
      }
    }
    const has = (from: number, to: number) => counted.some((cells) => cells >= from && cells <= to)
    expect([has(0, 7), has(8, 20), has(21, 1_000)]).toEqual([true, true, true])
  })

  it('wants 8 cells of resolution 11: 7 are too few', () => {
    expect(tooNear(between(home, ring(8)), firstCoverage)).toBeNull()
    expect(tooNear(between(home, ring(7)), firstCoverage)).toEqual({
      code: 'coverage/too-near',
      rule: 'too-near',
      measured: 7,
      threshold: 8,
      unit: 'cells',
    })
    expect(tooNear(between(home, home), firstCoverage)?.measured).toBe(0)
  })

  it('counts metres where H3 cannot count cells', () => {
    const isUncounted = (a: string, b: string): boolean => {
      try {
        gridDistance(a, b)
        return false
      } catch {
        return true
      }
    }
    const pairs = getPentagons(11)
      .slice(0, 2)
      .flatMap((pentagon) => {
        const around = gridDisk(pentagon, 10)
        return around
          .filter((_, i) => i % 30 === 0)
          .flatMap((a) => around.filter((b) => isUncounted(a, b)).map((b) => [a, b] as const))
      })
    const found = pairs.map(([a, b]) => {
      const across = between(placeOfCell(cellToCenterChild(a, 12)), placeOfCell(cellToCenterChild(b, 12)))
      const finding = tooNear(across, firstCoverage)
      expect(finding === null).toBe(across.distanceM >= 397)
      if (finding !== null) expect(finding).toMatchObject({ measured: across.distanceM, threshold: 397, unit: 'm' })
      return finding
    })
    expect(found.filter((finding) => finding === null).length).toBeGreaterThan(0)
    expect(found.filter((finding) => finding !== null).length).toBeGreaterThan(0)
  })

  it('throws at no pair of cells, however far apart', () => {
    expect(tooNear(between(home, placeAt(-33.9, 151.2)), firstCoverage)).toBeNull()
  })
})

describe('rssi-too-strong', () => {
  const at508 = (rssiDbm: number, txDbm = 12) =>
    link({
      beacon: beacon({ freqKhz: 867_900.024, txDbm }),
      witness: witness({ rssiDbm, freqKhz: 1 }),
      from: { ...home, gainDbi: 8.1 },
      to: { ...away, gainDbi: 8.3 },
      distanceM: 508,
    })

  it('objects above the limit of free space at the frequency of the beacon', () => {
    expect(rssiTooStrong(strengthOf(at508(-57.4)))).toBeNull()
    const finding = rssiTooStrong(strengthOf(at508(-57.3)))
    expect(finding).toMatchObject({ code: 'coverage/rssi-too-strong', measured: -57.3, unit: 'dBm' })
    expect(finding?.threshold).toBe(-57.334232963418515)
  })

  it('raises the limit with the power of the beacon', () => {
    expect(rssiTooStrong(strengthOf(at508(-57.3, 12.1)))).toBeNull()
  })
})
