import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Place, Station } from '../../../device-sdk/radios/ether/propagation.ts'
import {
  distanceM,
  freeSpaceLossDb,
  pathLossDb,
  receive,
  shadowDb,
} from '../../../device-sdk/radios/ether/propagation.ts'

const freqKhz = 868_100
const sf7 = { freqKhz, dr: 5, txDdbm: 140 }

const place = fc.record({
  lat: fc.double({ min: -89, max: 89, noNaN: true }),
  lng: fc.double({ min: -180, max: 180, noNaN: true }),
})
const near = ({ lat, lng }: Place): fc.Arbitrary<Place> =>
  fc.record({
    lat: fc.double({ min: lat - 0.05, max: lat + 0.05, noNaN: true }),
    lng: fc.double({ min: lng - 0.05, max: lng + 0.05, noNaN: true }),
  })
const pair = place.chain((a) => fc.tuple(fc.constant(a), near(a)))
const gain = fc.double({ min: -5, max: 15, noNaN: true })
const seed = fc.nat()

/** A place so many metres north of Seattle, the n-th meridian apart from the first so that pairs differ. */
const seattle = (n: number, metres: number): Place => ({
  lat: 47.6 + (metres / 6_371_008.8) * (180 / Math.PI),
  lng: n / 10,
})
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const manyLosses = (metres: number): number[] =>
  Array.from({ length: 400 }, (_, n) => pathLossDb(7, seattle(n, 0), seattle(n, metres), freqKhz))

describe('distance and free space', () => {
  it('agrees with known values', () => {
    expect(distanceM({ lat: 0, lng: 0 }, { lat: 0, lng: 1 })).toBeCloseTo(111_195.1, 0)
    expect(distanceM({ lat: 47.6205, lng: -122.3493 }, { lat: 47.599, lng: -122.334 })).toBeCloseTo(2_651, -1)
    expect(distanceM({ lat: 10, lng: 179.9 }, { lat: 10, lng: -179.9 })).toBeLessThan(22_000)
    // 12 dBm and gains of 8 and 8 dBi over 508 m at 867.9 MHz: at most -57.334 dBm.
    expect(28 - freeSpaceLossDb(508, 867_900.024)).toBeCloseTo(-57.334, 2)
  })
})

describe('path loss', () => {
  it('is the same in both directions', () => {
    fc.assert(
      fc.property(pair, seed, ([a, b], from) => {
        expect(pathLossDb(from, a, b, freqKhz)).toBeCloseTo(pathLossDb(from, b, a, freqKhz), 9)
      }),
    )
  })

  it('rises with distance on average', () => {
    const means = [50, 200, 500, 1_000, 2_000, 5_000, 10_000].map((metres) => mean(manyLosses(metres)))
    for (const [i, loss] of means.entries()) expect(loss).toBeGreaterThan(means[i - 1] ?? 0)
  })

  it('varies between pairs at one distance, and not for one pair', () => {
    const losses = manyLosses(2_000)
    expect(Math.max(...losses) - Math.min(...losses)).toBeGreaterThan(8)
    expect(manyLosses(2_000)).toEqual(losses)
  })

  it('follows the seed', () => {
    const [a, b] = [seattle(0, 0), seattle(0, 900)]
    expect(shadowDb(1, a, b)).toBe(shadowDb(1, a, b))
    expect(shadowDb(1, a, b)).not.toBe(shadowDb(2, a, b))
  })

  it('has a shadowing that is normal with 5 dB', () => {
    const shadows = Array.from({ length: 4_000 }, (_, n) => shadowDb(3, seattle(n / 10, 0), seattle(n / 10, 500)))
    expect(Math.abs(mean(shadows))).toBeLessThan(0.3)
    expect(Math.sqrt(mean(shadows.map((shadow) => shadow * shadow)))).toBeCloseTo(5, 0)
  })
})

describe('reception', () => {
  const at = (metres: number, gainDbi = 2): Station => ({ place: seattle(0, metres), gainDbi })

  it('stays 10 dB under the free-space limit with gains in whole dB, for every pair and seed', () => {
    fc.assert(
      fc.property(pair, gain, gain, seed, ([a, b], fromGain, toGain, from) => {
        const reception = receive(from, { place: a, gainDbi: fromGain }, { place: b, gainDbi: toGain }, sf7)
        if (reception === null) return
        const metres = Math.max(1, distanceM(a, b))
        const loss = 20 * Math.log10((4 * Math.PI * freqKhz * 1000 * metres) / 2.998e8)
        const limit = 14 + Math.floor(fromGain) + Math.floor(toGain) - loss
        // 0.05 dB for the rounding of RSSI.
        expect(reception.rssiDdbm / 10).toBeLessThanOrEqual(limit - 10 + 0.05)
      }),
    )
  })

  it('adds the gains of both antennas and the power', () => {
    const rssi = (a: number, b: number, txDdbm = 140): number =>
      receive(1, at(0, a), at(800, b), { ...sf7, txDdbm })?.rssiDdbm ?? Number.NaN
    expect(rssi(5, 2) - rssi(2, 2)).toBe(30)
    expect(rssi(2, 6) - rssi(2, 2)).toBe(40)
    expect(rssi(2, 2, 200) - rssi(2, 2, 140)).toBe(60)
  })

  it('has an SNR over thermal noise of -117 dBm, saturated at 13 dB', () => {
    let weak = 0
    for (let metres = 500; metres < 20_000; metres += 100) {
      const reception = receive(1, at(0), at(metres), { ...sf7, dr: 0 })
      if (reception === null) continue
      const { rssiDdbm, snrDdb } = reception
      expect(Math.abs(snrDdb - Math.min(130, rssiDdbm + 1_170))).toBeLessThanOrEqual(1)
      if (snrDdb < 0) weak++
    }
    expect(weak).toBeGreaterThan(0)
  })

  it('ends at the sensitivity of the data rate: SF12 is heard where SF7 is not', () => {
    const heard = (dr: number): number[] =>
      Array.from({ length: 300 }, (_, i) => receive(1, at(0), at(100 * i), { ...sf7, dr })?.snrDdb ?? null).filter(
        (snr) => snr !== null,
      )
    const [sf12, sf7s] = [heard(0), heard(5)]
    expect(sf12.length).toBeGreaterThan(sf7s.length)
    expect(Math.min(...sf7s)).toBeGreaterThanOrEqual(-75)
    expect(Math.min(...sf12)).toBeGreaterThanOrEqual(-200)
    expect(receive(1, at(0), at(200_000), { ...sf7, dr: 0 })).toBeNull()
  })
})
