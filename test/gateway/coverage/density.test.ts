import { cellToCenterChild, cellToChildren, cellToParent, gridDisk, latLngToCell } from 'h3-js'
import { describe, expect, it } from 'vitest'
import { randomOf } from '../../../bench/poc-world.ts'
import { densityMap, densityPreview, previewInWords, profileOf } from '../../../gateway/coverage/index.ts'
import { placeOfCell } from './scene.ts'

const rules = profileOf('helium-2026')?.density
if (rules === undefined) throw new Error('no density')
const home = latLngToCell(51.5, -0.1, 12)
const childrenOf = (cell: string, resolution: number) => cellToChildren(cell, resolution)

describe('density', () => {
  it('is 1 for a hotspot alone, 0.2 for one that the map does not have', () => {
    expect(densityMap([home], rules).scale(home)).toBe(1)
    expect(densityMap([home], rules).scale(latLngToCell(48, 2, 12))).toBe(0.2)
    expect(densityMap([], rules).scale(home)).toBe(0.2)
  })

  it('shares one place of a resolution-10 cell: a half for two, a third for three, to four decimals', () => {
    const [a = '', b = '', c = ''] = childrenOf(cellToParent(home, 10), 12)
    expect([a, b].map(densityMap([a, b], rules).scale)).toEqual([0.5, 0.5])
    expect(densityMap([a, b, c], rules).scale(c)).toBe(0.3333)
    expect(densityMap([a, a], rules).scale(a)).toBe(0.5)
  })

  it('hands on the clipped number: two cells of 10 with two each, in one of 9, are a quarter each', () => {
    const [first = '', second = ''] = childrenOf(cellToParent(home, 9), 10)
    const cells = [first, second].flatMap((cell) => childrenOf(cell, 12).slice(0, 2))
    const map = densityMap(cells, rules)
    expect(cells.map(map.scale)).toEqual([0.25, 0.25, 0.25, 0.25])
  })

  it('raises the limit where neighbours are occupied, up to the maximum', () => {
    // Resolution 7 with the target of 5: a cell and all six neighbours with 7 each are 7 - 4 + 1 = 4 times the target.
    const level = { ...rules, levels: { r7: { neighbours: 4, target: 5, max: 10 } } }
    const fill = (cell: string, count: number) =>
      childrenOf(cell, 9)
        .slice(0, count)
        .map((one) => cellToCenterChild(one, 12))
    const centre = cellToParent(home, 7)
    const disk = gridDisk(centre, 1)
    const scaleOf = (occupied: number, each: number) => {
      const cells = disk.slice(0, occupied).flatMap((cell) => fill(cell, each))
      return densityMap(cells, level).scale(cells[0] ?? '')
    }
    expect(scaleOf(1, 5)).toBe(1)
    expect(scaleOf(1, 10)).toBe(0.5)
    expect(scaleOf(4, 10)).toBe(0.5)
    expect(scaleOf(5, 10)).toBe(1)
    expect(scaleOf(7, 20)).toBe(0.5)
  })

  it('is the same whether hotspots were there from the start, or came, moved and left one by one', () => {
    const random = randomOf(7)
    // Small limits, so that cells are clipped and their neighbours matter on every level.
    const tight = Object.entries(rules.levels).map(([key, one]) => [key, { ...one, target: 1, max: 3, neighbours: 2 }])
    for (const own of [rules, { ...rules, levels: Object.fromEntries(tight) }]) {
      const somewhere = () => latLngToCell(51.5 + random(600) / 10_000, -0.1 + random(900) / 10_000, 12)
      const standing = Array.from({ length: 150 }, somewhere)
      const map = densityMap(standing.slice(0, 100), own)
      for (const cell of standing.slice(100)) map.change(cell, 1)
      for (let step = 0; step < 200; step++) {
        const [at, to] = [random(standing.length), somewhere()]
        map.change(standing[at] ?? '', -1)
        map.change(to, 1)
        standing[at] = to
      }
      for (const gone of standing.splice(0, 40)) map.change(gone, -1)
      const anew = densityMap(standing, own)
      expect(standing.map(map.scale)).toEqual(standing.map(anew.scale))
      expect(new Set(standing.map(map.scale)).size).toBeGreaterThan(5)
      expect(map.scale(home)).toBe(anew.scale(home))
    }
  })

  it('does not depend on the order of hotspots', () => {
    const cells = gridDisk(home, 4)
    const [one, other] = [densityMap(cells, rules), densityMap(cells.toReversed(), rules)]
    expect(cells.map(one.scale)).toEqual(cells.map(other.scale))
  })
})

describe('density preview', () => {
  const centreOf = (cell: string) => placeOfCell(cell)
  const asked = { cell: home, rules, centreOf, ringsMax: 12, stepResolution: 10 }

  it('says what a hotspot would get, and where the nearest better place is', () => {
    const [neighbour = ''] = childrenOf(cellToParent(home, 10), 12).filter((cell) => cell !== home)
    const preview = densityPreview({ ...asked, others: [neighbour] })
    expect(preview.scale).toBe(0.5)
    expect(preview.better?.scale).toBe(1)
    expect(preview.better?.distanceM).toBeGreaterThan(0)
    expect(densityMap([neighbour, preview.better?.cell ?? ''], rules).scale(preview.better?.cell ?? '')).toBe(1)
    expect(previewInWords(preview)).toMatch(/^scale 0\.50 here; 1\.00 is \d+ m (north|south|east|west)/)
  })

  it('has nothing better to say of a place of its own, or within too few rings', () => {
    expect(previewInWords(densityPreview({ ...asked, others: [] }))).toBe('scale 1.00 here')
    expect(densityPreview({ ...asked, others: gridDisk(home, 60), ringsMax: 1 }).better).toBeNull()
  })

  it.each([
    ['north', 0.02, 0],
    ['north-east', 0.02, 0.032],
    ['east', 0, 0.03],
    ['south', -0.02, 0.001],
    ['south-west', -0.02, -0.032],
    ['west', 0.001, -0.03],
  ])('names the direction %s', (towards, lat, lng) => {
    const there = { latE7: 515_000_000 + lat * 1e7, lngE7: -1_000_000 + lng * 1e7 }
    const far = (cell: string) => (cell === home ? { latE7: 515_000_000, lngE7: -1_000_000 } : there)
    expect(densityPreview({ ...asked, others: [home], centreOf: far }).better?.towards).toBe(towards)
  })
})
