import fc from 'fast-check'
import { cellToCenterChild, cellToParent, gridRing, latLngToCell } from 'h3-js'
import { describe, expect, it } from 'vitest'
import type { BeaconEvidence, Evidence, Place, WitnessEvidence } from '../../../gateway/coverage/index.ts'
import { namedProfile } from '../../../gateway/coverage/index.ts'
import { printedSeed } from '../seed.ts'
import type { Told } from './scene.ts'
import { beacon, judgedBy, kidOf, placeAt, placeOfCell, places, sceneOf, witness } from './scene.ts'

const helium = namedProfile('helium-2026')
const first = namedProfile('first-coverage-1')
const seed = printedSeed()
const t = 1_000_000
const home = placeAt(51, -0.1)
const sent = (over: Partial<BeaconEvidence> = {}) => beacon({ receivedMs: t, ...over })
const heard = (over: Partial<WitnessEvidence> = {}) => witness({ receivedMs: t + 500, ...over })
const movedTo = (place: Place) => sceneOf(new Map([...places, [kidOf(1), home], [kidOf(2), place]]))
/** The amount that the words name. */
const named = ({ flip }: Told): number => Number(/at least (\d+(\.\d+)?)/.exec(flip)?.[1])
const lastOf = (told: readonly Told[]): Told => told[told.length - 1] as Told
const judged = (evidence: readonly Evidence[], scene = sceneOf(places), ruleset = helium) =>
  lastOf(judgedBy(ruleset, evidence, scene))

/** The verdict of the last evidence is by this rule, and with the change that it names no longer. */
const flips = <T>(rule: string, values: fc.Arbitrary<T>, at: (value: T, change: number) => Told): void => {
  fc.assert(
    fc.property(values, (value) => {
      const before = at(value, 0)
      expect(before.rule).toBe(rule)
      expect(named(before)).toBeGreaterThan(0)
      expect(at(value, named(before)).rule).not.toBe(rule)
    }),
    { seed },
  )
}

describe('the change that a verdict names flips it', () => {
  it('for a signal that is too strong', () => {
    flips('rssi-too-strong', fc.double({ min: -50, max: 60, noNaN: true }), (rssiDbm, dB) =>
      judged([sent(), heard({ rssiDbm: rssiDbm - dB })]),
    )
  })

  it('for a report that came too late, after a beacon or after the first witness', () => {
    flips('too-late', fc.integer({ min: 4_001, max: 10 ** 9 }), (late, ms) =>
      judged([sent(), heard({ receivedMs: t + late - ms })]),
    )
    flips('too-late', fc.integer({ min: 1_501, max: 10 ** 6 }), (late, ms) =>
      judged([
        sent({ receivedMs: t + 1 }),
        heard({ kid: kidOf(3), receivedMs: t }),
        heard({ receivedMs: t + late - ms }),
      ]),
    )
  })

  it('for another frequency, on both sides', () => {
    const off = fc.tuple(fc.integer({ min: 100_001, max: 800_000_000 }), fc.constantFrom(-1, 1))
    flips('frequency', off, ([hz, side], by) =>
      judged([sent(), heard({ freqKhz: (868_100_000 + side * (hz - by)) / 1000 })]),
    )
  })

  it('for entropy that was not published yet, or no longer lived', () => {
    flips('entropy-expired', fc.integer({ min: 180_001, max: 10 ** 9 }), (age, ms) =>
      judged([sent({ receivedMs: t + age - ms, entropyMs: t })]),
    )
    flips('entropy-before', fc.integer({ min: 1, max: 10 ** 9 }), (early, ms) =>
      judged([sent({ receivedMs: t - early + ms, entropyMs: t })]),
    )
  })

  it('for places too near to each other', () => {
    const around = (cells: number, turn: number): Place => {
      const ring = gridRing(cellToParent(home.cell, 11), cells)
      return placeOfCell(cellToCenterChild(ring[turn % ring.length] ?? '', 12))
    }
    flips('too-near', fc.tuple(fc.integer({ min: 1, max: 7 }), fc.nat(1000)), ([cells, turn], more) =>
      judged([sent(), heard()], movedTo(around(cells + more, turn))),
    )
  })

  it('for places too far from each other', () => {
    const metresOfDegree = 111_195.08
    const north = (metres: number): Place => {
      const lat = home.latE7 / 1e7 + metres / metresOfDegree
      return { ...home, cell: latLngToCell(lat, -0.1, 12), latE7: Math.round(lat * 1e7) }
    }
    // A metre more, since a place has whole 1e-7 degrees.
    flips('too-far', fc.integer({ min: 101_100, max: 3_000_000 }), (metres, km) =>
      judged([sent(), heard({ rssiDbm: -150 })], movedTo(north(metres - (km === 0 ? 0 : 1000 * km + 1)))),
    )
  })

  it('for a beacon that too few heard', () => {
    const coverage = { ...first.coverage, minValidWitnesses: 9 }
    flips('no-valid-witnesses', fc.integer({ min: 0, max: 8 }), (count, more) => {
      const others = Array.from({ length: count + more }, (_, i) => heard({ kid: kidOf(i + 2), logIndex: i + 2 }))
      return judged([...others, sent()], sceneOf(places), { ...first, coverage })
    })
  })

  it('for a witness that was not among the earliest', () => {
    flips('not-selected', fc.tuple(fc.integer({ min: 15, max: 60 }), fc.nat(5)), ([rank, refused], earlier) => {
      const at = (n: number) => t + 10 * n
      const others = Array.from({ length: rank - 1 }, (_, i) => heard({ kid: kidOf(i + 3), receivedMs: at(i + 1) }))
      const loud = others.map((one, i) => (i < refused ? { ...one, rssiDbm: 0 } : one))
      const valid = rank - refused > 14 ? others.length : 0
      const own = heard({ receivedMs: earlier === 0 ? at(rank) : at(valid + 1 - earlier) - 1 })
      return judged([sent(), ...(valid > 0 ? loud : others), own])
    })
  })
})
