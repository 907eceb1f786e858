import { describe, expect, it } from 'vitest'
import type { BeaconEvidence, Evidence, Scene, WitnessEvidence } from '../../../gateway/coverage/index.ts'
import { profileOf } from '../../../gateway/coverage/index.ts'
import { edgeOf } from '../../../gateway/coverage/scene.ts'
import { beacon, judgedBy, kidOf, placeAt, places, sceneOf, witness } from './scene.ts'

const helium = profileOf('helium-2026')
if (helium === null) throw new Error('no profile helium-2026')
const hourMs = 3_600_000
const dayMs = 24 * hourMs

const judged = (evidence: readonly Evidence[], over: Partial<Scene> = {}) =>
  judgedBy(helium, evidence, sceneOf(places, over))
const codes = (evidence: readonly Evidence[], over: Partial<Scene> = {}) =>
  judged(evidence, over).map(({ code }) => code)
const sent = (over: Partial<BeaconEvidence> = {}) => beacon({ receivedMs: 1_000_000, ...over })
const heard = (over: Partial<WitnessEvidence> = {}) => witness({ receivedMs: 1_000_900, ...over })

describe('helium-2026', () => {
  it('accepts what keeps every rule, and a beacon that nobody heard', () => {
    expect(codes([sent(), heard()])).toEqual(['accepted', 'accepted'])
    expect(judged([sent()])[0]).toMatchObject({ code: 'accepted', measured: 0, flip: 'nothing that was measured' })
  })

  it('refuses every report of a beacon that was refused, the second of a key too, as it refused the beacon', () => {
    const twice = [heard(), heard({ logIndex: 3 })]
    expect(codes([sent({ asDerived: false }), ...twice])).toEqual(Array(3).fill('coverage/invalid-packet'))
    expect(codes(twice)).toEqual(Array(2).fill('coverage/beacon-unknown'))
  })

  it('gives a verdict to the orphan and to the second of a pair', () => {
    const orphan = heard({ beaconId: 'c'.repeat(16) })
    expect(codes([sent(), heard(), heard({ logIndex: 3 }), orphan, heard({ ...orphan, logIndex: 9 })])).toEqual([
      'accepted',
      'accepted',
      'coverage/duplicate',
      'coverage/beacon-unknown',
      'coverage/beacon-unknown',
    ])
  })

  it.each([
    ['coverage/gateway-not-found', {}, { hotspot: () => null }],
    ['coverage/not-located', {}, { hotspot: () => ({ place: null }) }],
    ['coverage/denied', {}, { denied: new Set([kidOf(1)]) }],
    ['coverage/entropy-expired', { entropyMs: 819_999 }, {}],
    ['coverage/entropy-expired', { entropyMs: 1_000_001 }, {}],
    ['coverage/incapable', {}, { hotspot: (kid: string) => ({ place: places.get(kid) ?? null, capable: false }) }],
    ['coverage/invalid-packet', { asDerived: false }, {}],
  ])('refuses a beacon with %s, and with it whoever heard it', (code, over, scene) => {
    const [own, other] = judged([sent(over), heard()], scene)
    expect([own?.code, other?.code]).toEqual([code, code])
    expect(other?.rule).toBe(`beaconer-${own?.rule?.replace('sender-', '')}`)
    expect(other?.flip).toBe(`the beacon accepted: ${own?.flip}`)
  })

  it.each([
    ['coverage/gateway-not-found', {}, { hotspot: (kid: string) => (kid === kidOf(2) ? null : place(kid)) }],
    ['coverage/not-located', {}, { hotspot: (kid: string) => (kid === kidOf(2) ? { place: null } : place(kid)) }],
    ['coverage/denied', {}, { denied: new Set([kidOf(2)]) }],
    ['coverage/edge-denied', {}, { deniedEdges: new Set([edgeOf(kidOf(2), kidOf(1))]) }],
    ['coverage/self-witness', { kid: kidOf(1) }, {}],
    ['coverage/too-late', { receivedMs: 1_004_001 }, {}],
    ['coverage/incapable', {}, { hotspot: (kid: string) => ({ ...place(kid), capable: kid !== kidOf(2) }) }],
    ['coverage/frequency', { freqKhz: 868_200.001 }, {}],
    ['coverage/region', {}, { hotspot: (kid: string) => ({ ...place(kid), region: kid }) }],
    ['coverage/rssi-too-strong', { rssiDbm: -10 }, {}],
  ])('refuses a witness alone with %s', (code, over, scene) => {
    expect(codes([sent(), heard(over)], scene)).toEqual(['accepted', code])
  })

  it('lets the first rule of the order decide', () => {
    const all = { kid: kidOf(2), receivedMs: 1_200_000, freqKhz: 1, rssiDbm: 0 }
    const at = placeAt(51, -0.1)
    const near = { place: at, capable: true }
    const steps: [string, Partial<Scene>, Partial<WitnessEvidence>, Partial<BeaconEvidence>][] = [
      ['coverage/denied', { denied: new Set([kidOf(2)]) }, {}, {}],
      ['coverage/edge-denied', { deniedEdges: new Set([edgeOf(kidOf(1), kidOf(2))]) }, {}, {}],
      ['coverage/entropy-expired', {}, {}, { entropyMs: 1_000_000 }],
      ['coverage/too-late', {}, {}, {}],
      ['coverage/incapable', {}, { receivedMs: 1_000_900 }, {}],
      ['coverage/frequency', {}, { receivedMs: 1_000_900 }, { asDerived: true }],
    ]
    for (const [code, scene, over, of] of steps) {
      const capable = code !== 'coverage/incapable'
      const hotspot = (kid: string) => (kid === kidOf(1) ? near : { ...near, capable, region: 'US915' })
      const evidence = [sent({ region: 'EU868', ...of }), heard({ ...all, ...over })]
      expect(codes(evidence, { hotspot, ...scene })[1]).toBe(code)
    }
    const hotspot = (kid: string) => (kid === kidOf(1) ? near : { ...near, region: 'US915' })
    const fine = heard({ ...all, receivedMs: 1_000_900, freqKhz: 868_100 })
    expect(codes([sent({ region: 'EU868' }), fine], { hotspot })[1]).toBe('coverage/region')
    expect(codes([sent(), fine], { hotspot })[1]).toBe('coverage/too-near')
  })

  it('counts 4000 ms from a beacon that came first, and 1500 ms from a witness that did', () => {
    const late = (beaconMs: number, ...witnessMs: number[]) =>
      codes([
        sent({ receivedMs: beaconMs }),
        ...witnessMs.map((receivedMs, i) => heard({ kid: kidOf(i + 2), logIndex: i + 2, receivedMs })),
      ]).slice(1)
    expect(late(1000, 1000, 5000)).toEqual(['accepted', 'accepted'])
    expect(late(1000, 1000, 5001)).toEqual(['accepted', 'coverage/too-late'])
    expect(late(1001, 1000, 2500)).toEqual(['accepted', 'accepted'])
    expect(late(1001, 1000, 2501)).toEqual(['accepted', 'coverage/too-late'])
    // What is refused opens the window too.
    const deaf = { hotspot: (kid: string) => (kid === kidOf(2) ? null : place(kid)) }
    const [, first, second] = judged(
      [sent({ receivedMs: 9000 }), heard({ receivedMs: 1000 }), heard({ kid: kidOf(3), receivedMs: 8000 })],
      deaf,
    )
    expect([first?.code, second?.code]).toEqual(['coverage/gateway-not-found', 'coverage/too-late'])
    expect(second).toMatchObject({
      measured: 7000,
      threshold: 1500,
      margin: -5500,
      flip: 'received at least 5500 ms earlier',
    })
  })

  it('takes one beacon of a hotspot in six hours of UTC, the first whatever became of it', () => {
    const at = (receivedMs: number, id: string, over: Partial<BeaconEvidence> = {}) =>
      sent({ receivedMs, beaconId: id.repeat(16), logIndex: receivedMs, ...over })
    const six = 6 * hourMs
    expect(codes([at(six - 1, 'a'), at(six, 'b'), at(2 * six - 1, 'c'), at(six + 5, 'd', { kid: kidOf(7) })])).toEqual([
      'accepted',
      'accepted',
      'coverage/irregular-interval',
      'accepted',
    ])
    expect(codes([at(0, 'a', { asDerived: false }), at(1, 'b')])).toEqual([
      'coverage/invalid-packet',
      'coverage/irregular-interval',
    ])
    // A second report of one beacon takes up no interval.
    expect(codes([at(0, 'a'), at(six, 'a'), at(six + 1, 'b')])).toEqual(['accepted', 'coverage/duplicate', 'accepted'])
  })

  it('selects the earliest 14 of the valid', () => {
    const many = Array.from({ length: 16 }, (_, i) =>
      heard({ kid: kidOf(i + 2), receivedMs: 1_000_900 + i, logIndex: i + 2 }),
    )
    expect(codes([sent(), ...many.toReversed()]).filter((code) => code === 'accepted')).toHaveLength(15)
    expect(judged([sent(), ...many])[16]).toMatchObject({
      code: 'coverage/not-selected',
      measured: 16,
      threshold: 14,
      flip: 'received earlier, before at least 2 witnesses more of the others',
    })
  })
})

const place = (kid: string) => ({ place: places.get(kid) ?? null })

describe('reciprocity', () => {
  const t = 10 * dayMs
  const at = (receivedMs: number, n: number, beaconId: string) => [
    sent({ kid: kidOf(n), receivedMs, beaconId, logIndex: receivedMs }),
    heard({ kid: kidOf(n + 1), receivedMs: receivedMs + 1, beaconId, logIndex: receivedMs + 1 }),
  ]

  it('is satisfied for the first 48 hours of what is at hand, and strictly under 48 hours after', () => {
    const judgedAt = (ms: number) => codes([...at(t, 40, 'a'), ...at(t + ms, 1, 'b')]).slice(2)
    expect(judgedAt(48 * hourMs - 1)).toEqual(['accepted', 'coverage/no-valid-beacons'])
    expect(judgedAt(48 * hourMs)).toEqual(['coverage/no-valid-witnesses', 'coverage/no-valid-witnesses'])
    expect(judgedAt(48 * hourMs - 2)).toEqual(['accepted', 'accepted'])
  })

  it('asks a beaconer for its own valid witness report, and a witness for its own valid beacon', () => {
    const old = at(t, 40, 'a')
    const later = t + 60 * hourMs
    // 1 witnesses 3, and 2 beacons heard by 3, both within 48 hours before.
    const own = [
      ...at(later - 47 * hourMs, 3, 'c').slice(0, 1),
      heard({ kid: kidOf(1), receivedMs: later - 47 * hourMs + 1, beaconId: 'c', logIndex: 5 }),
      ...at(later - 40 * hourMs, 2, 'd'),
    ]
    expect(codes([...old, ...own, ...at(later, 1, 'b')]).slice(-2)).toEqual(['accepted', 'accepted'])
    const withoutWitness = own.filter(({ kid, kind }) => !(kid === kidOf(1) && kind === 'witness'))
    expect(codes([...old, ...withoutWitness, ...at(later, 1, 'b')]).slice(-2)).toEqual([
      'coverage/no-valid-witnesses',
      'coverage/no-valid-witnesses',
    ])
    const unheard = own.filter(({ beaconId, kind }) => !(beaconId === 'd' && kind === 'witness'))
    expect(codes([...old, ...unheard, ...at(later, 1, 'b')]).slice(-2)).toEqual([
      'accepted',
      'coverage/no-valid-beacons',
    ])
    const refused = own.map((one) =>
      one.beaconId === 'd' && one.kind === 'beacon' ? { ...one, asDerived: false } : one,
    )
    expect(codes([...old, ...refused, ...at(later, 1, 'b')]).slice(-1)).toEqual(['coverage/no-valid-beacons'])
  })
})
