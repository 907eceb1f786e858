import { latLngToCell } from 'h3-js'
import { describe, expect, it } from 'vitest'
import { toHex } from '../../../device-sdk/protocol/index.ts'
import { sha256 } from '../../../device-sdk/signer/index.ts'
import type { Evidence, Place } from '../../../gateway/coverage/index.ts'
import { firstCoverage, rulesetHash } from '../../../gateway/coverage/index.ts'
import { beacon, codesOf, judged, judgedBy, kidOf, placeAt, places, witness } from './scene.ts'

const hash = toHex(rulesetHash(firstCoverage, sha256))
const without = (kid: string) => new Map([...places].filter(([key]) => key !== kid))
const withPlace = (kid: string, place: Place) => new Map([...places, [kid, place]])

/** So many witnesses by kids 2, 3, ..., received one after the other. */
const witnesses = (count: number) =>
  Array.from({ length: count }, (_, i) => witness({ kid: kidOf(i + 2), logIndex: i + 2, receivedMs: 1100 + i }))

describe('judge', () => {
  it('accepts a beacon that was heard, and who heard it', () => {
    const common = { item: 0, beaconId: 'b'.repeat(16), code: 'accepted', rule: null, ruleset: hash }
    const heard = { measured: 1, threshold: 1, unit: 'witnesses', margin: 0, flip: '1 witness fewer' }
    const [own, other] = judged([beacon(), witness()])
    expect(own).toEqual({ logIndex: 1, kind: 'beacon', kid: kidOf(1), ...common, ...heard })
    expect(other).toMatchObject({ logIndex: 2, kind: 'witness', kid: kidOf(2), ...common, measured: -110, unit: 'dBm' })
    expect(other?.margin).toBe((other?.threshold ?? 0) + 110)
    expect(other?.flip).toMatch(/^over \d+(\.\d)? dB stronger$/)
  })

  it('gives one verdict for each submission, in the order of the input', () => {
    const evidence = [witness({ item: 3 }), beacon(), witness({ item: 4 }), witness({ beaconId: 'c'.repeat(16) })]
    expect(judged(evidence).map(({ logIndex, item }) => [logIndex, item])).toEqual([
      [2, 3],
      [1, 0],
      [2, 4],
      [2, 0],
    ])
    expect(judged([])).toEqual([])
  })

  it('knows a beacon whose report came after its witness', () => {
    expect(codesOf([witness(), beacon({ logIndex: 9, receivedMs: 9000 })])).toEqual(['accepted', 'accepted'])
  })

  it('refuses a witness of a beacon that nobody reported', () => {
    expect(codesOf([beacon(), witness({ beaconId: 'c'.repeat(16) })])).toEqual([
      'coverage/no-valid-witnesses',
      'coverage/beacon-unknown',
    ])
  })

  it('refuses a beacon that nobody heard, with what it lacks', () => {
    expect(judged([beacon()])[0]).toMatchObject({
      code: 'coverage/no-valid-witnesses',
      measured: 0,
      threshold: 1,
      unit: 'witnesses',
    })
  })

  it('counts one witness of each key and beacon: the first received', () => {
    const later = witness({ logIndex: 3, receivedMs: 1101 })
    expect(codesOf([later, beacon(), witness()])).toEqual(['coverage/duplicate', 'accepted', 'accepted'])
    const other = { beaconId: 'c'.repeat(16) }
    expect(codesOf([beacon(), beacon({ ...other, item: 1 }), witness(), witness(other)])).toEqual(
      Array(4).fill('accepted'),
    )
  })

  it('breaks a tie of receipt by the log, then by the place in the report', () => {
    const twins = [
      witness({ logIndex: 3, item: 0 }),
      witness({ logIndex: 2, item: 5 }),
      witness({ logIndex: 2, item: 4 }),
    ]
    expect(codesOf([beacon(), ...twins])).toEqual(['accepted', 'coverage/duplicate', 'coverage/duplicate', 'accepted'])
  })

  it('lets no second attempt replace a refused one', () => {
    const refused = witness({ rssiDbm: 0 })
    expect(codesOf([beacon(), refused, witness({ item: 1 })])).toEqual([
      'coverage/no-valid-witnesses',
      'coverage/rssi-too-strong',
      'coverage/duplicate',
    ])
  })

  it('calls the later of two beacons with one id a duplicate', () => {
    expect(codesOf([beacon({ logIndex: 5, receivedMs: 2000 }), beacon(), witness()])).toEqual([
      'coverage/duplicate',
      'accepted',
      'accepted',
    ])
  })

  it('refuses a witness without a place', () => {
    const [own, heard] = judged([beacon(), witness()], without(kidOf(2)))
    expect(own?.code).toBe('coverage/no-valid-witnesses')
    expect(heard).toMatchObject({ code: 'coverage/not-located', rule: 'sender-not-located' })
  })

  it('refuses a beacon without a place, and whoever heard it', () => {
    const [own, heard] = judged([beacon(), witness()], without(kidOf(1)))
    expect(own).toMatchObject({ code: 'coverage/not-located', rule: 'sender-not-located' })
    expect(heard).toMatchObject({ code: 'coverage/not-located', rule: 'beaconer-not-located' })
  })

  // The last has the bits of resolution 12, but no digits after the fifth.
  const noPlaces = ['', 'nonsense', latLngToCell(51, -0.1, 11), '8c194adb428ddf', '8c194adffffffff']
  it.each(noPlaces)('takes the cell %j for no place, at either end', (cell) => {
    const at = (kid: string) => judged([beacon(), witness()], withPlace(kid, { ...placeAt(51.02, -0.1), cell }))
    expect(at(kidOf(2))[1]).toMatchObject({ code: 'coverage/not-located', rule: 'sender-not-located' })
    expect(at(kidOf(1))[1]).toMatchObject({ code: 'coverage/not-located', rule: 'beaconer-not-located' })
  })

  it.each([
    ['coverage/self-witness', { kid: kidOf(1) }, placeAt(51, -0.1)],
    ['coverage/too-far', {}, placeAt(52, -0.1)],
    ['coverage/too-near', {}, placeAt(51.001, -0.1)],
    ['coverage/rssi-too-strong', { rssiDbm: -10 }, placeAt(51.02, -0.1)],
  ])('refuses with %s', (code, over, place) => {
    const evidence = witness(over)
    expect(codesOf([beacon(), evidence], withPlace(evidence.kid, place))).toEqual(['coverage/no-valid-witnesses', code])
  })

  it('judges a place on the other side of the Earth', () => {
    expect(judged([beacon(), witness()], withPlace(kidOf(2), placeAt(-51, 179.9)))[1]).toMatchObject({
      code: 'coverage/too-far',
      measured: 20_015,
    })
  })

  it('counts the earliest 14 valid witnesses', () => {
    const heard = witnesses(16).map((one, i) => (i === 3 ? { ...one, rssiDbm: 0 } : one))
    const [own, ...others] = judged([beacon(), ...heard.toReversed()])
    const inOrder = others.toReversed()
    expect(own?.code).toBe('accepted')
    expect(inOrder.map(({ code }) => code)).toEqual([
      ...Array(3).fill('accepted'),
      'coverage/rssi-too-strong',
      ...Array(11).fill('accepted'),
      'coverage/not-selected',
    ])
    expect(inOrder[15]).toMatchObject({ measured: 15, threshold: 14, unit: 'witnesses' })
  })

  it('takes its thresholds from the ruleset', () => {
    const coverage = { ...firstCoverage.coverage, maxWitnesses: 1, maxKm: 3 }
    const verdicts = judgedBy({ ...firstCoverage, coverage }, [beacon(), ...witnesses(3)])
    expect(verdicts.map(({ code }) => code)).toEqual(['accepted', 'accepted', 'coverage/too-far', 'coverage/too-far'])
    const few = { ...firstCoverage, coverage: { ...coverage, maxKm: 100 } }
    expect(judgedBy(few, [beacon(), ...witnesses(2)])[2]?.code).toBe('coverage/not-selected')
  })

  it('replays to the same bytes whatever the order of places and evidence', () => {
    const evidence: Evidence[] = Array.from({ length: 6 }, (_, i) => {
      const beaconId = kidOf(100 + i)
      const heard = witnesses(20).map((one) => ({ ...one, beaconId, item: i }))
      return [
        beacon({ kid: kidOf(i + 1), item: i, beaconId }),
        ...heard,
        ...heard.slice(0, 4).map((one) => ({ ...one, logIndex: 50 })),
      ]
    }).flat()
    const verdicts = judged(evidence)
    expect(new Set(verdicts.map(({ code }) => code)).size).toBeGreaterThan(3)
    const shuffledPlaces = new Map([...places].toReversed())
    expect(JSON.stringify(judged(evidence, shuffledPlaces))).toBe(JSON.stringify(verdicts))
    expect(JSON.stringify(judged(evidence.toReversed()).toReversed())).toBe(JSON.stringify(verdicts))
  })
})
