import fc from 'fast-check'
import { cellToParent, greatCircleDistance, gridDistance } from 'h3-js'
import { describe, expect, it } from 'vitest'
import { distanceM, maxRssiDbm, pathLossDb } from '../../../gateway/coverage/geometry.ts'
import { placeOfCell } from './scene.ts'

const far = ['644459695463521437', '644460986971331488'].map((index) => BigInt(index).toString(16))
const [a = '', b = ''] = far

const centre = fc.record({
  latE7: fc.integer({ min: -900_000_000, max: 900_000_000 }),
  lngE7: fc.integer({ min: -1_800_000_000, max: 1_800_000_000 }),
})

describe('geometry', () => {
  it('finds 14 318 m and 360 cells between the two known cells', () => {
    const exact = distanceM(placeOfCell(a), placeOfCell(b))
    expect(exact).toBe(14_317.910982159228)
    expect(Math.round(exact)).toBe(14_318)
    expect(gridDistance(cellToParent(a, 11), cellToParent(b, 11))).toBe(360)
  })

  it('agrees with the distance of H3 to a part in a million', () => {
    // H3's Earth has another radius: WGS84's authalic one.
    const ratio = 6371.0088 / 6371.007180918475
    const degrees = ({ latE7, lngE7 }: { latE7: number; lngE7: number }) => [latE7 / 1e7, lngE7 / 1e7]
    fc.assert(
      fc.property(centre, centre, (from, to) => {
        const expected = greatCircleDistance(degrees(from), degrees(to), 'm') * ratio
        return Math.abs(distanceM(from, to) - expected) <= 1e-6 * expected + 1e-3
      }),
      { numRuns: 1000 },
    )
  })

  it('measures the same bits in both directions, and 0 from a place to itself', () => {
    fc.assert(fc.property(centre, centre, (from, to) => distanceM(from, to) === distanceM(to, from)))
    fc.assert(fc.property(centre, (from) => distanceM(from, from) === 0))
  })

  it('crosses the antimeridian the short way', () => {
    const across = distanceM({ latE7: 0, lngE7: 1_799_000_000 }, { latE7: 0, lngE7: -1_799_000_000 })
    expect(across).toBeCloseTo(22_239.02, 1)
  })

  it('allows -57.334 dBm at 508 m with 12 dBm and gains of 8.1 and 8.3 dBi, of which whole dB count', () => {
    const hop = { txDbm: 12, txGainDbi: 8.1, rxGainDbi: 8.3, freqHz: 867_900_024, distanceM: 508 }
    expect(maxRssiDbm(hop)).toBe(-57.334232963418515)
    expect(maxRssiDbm({ ...hop, txGainDbi: 8.9 })).toBe(maxRssiDbm(hop))
    expect(maxRssiDbm({ ...hop, rxGainDbi: 9 })).toBeCloseTo(maxRssiDbm(hop) + 1, 12)
    expect(maxRssiDbm({ ...hop, rxGainDbi: -0.1 })).toBeCloseTo(maxRssiDbm(hop) - 9, 12)
  })

  it('loses 20 dB for ten times the distance or the frequency', () => {
    expect(pathLossDb(5080, 1e9) - pathLossDb(508, 1e9)).toBeCloseTo(20, 10)
    expect(pathLossDb(508, 1e10) - pathLossDb(508, 1e9)).toBeCloseTo(20, 10)
    expect(pathLossDb(0, 1e9)).toBe(-Infinity)
  })
})
