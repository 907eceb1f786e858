import { describe, expect, it } from 'vitest'
import type { BeaconBlock } from '../../../device-sdk/protocol/index.ts'
import { beaconNonce, deriveChallenge, regions, toHex } from '../../../device-sdk/protocol/index.ts'
import { sha256 } from '../../../device-sdk/signer/index.ts'
import type { ReportedBeacon } from '../../../gateway/epoch/regenerate.ts'
import { regenerate } from '../../../gateway/epoch/regenerate.ts'
import { openTestStore } from '../harness.ts'
import { testKey } from '../keys.ts'

const key = testKey('alpha')
const pair = { boot: 7, seq: 300 }
const value = new Uint8Array(32).fill(5)
const releasedMs = 1_700_000_000_000
const hourMs = 3_600_000

const idOf = (bytes: Uint8Array): string => toHex(sha256(bytes).subarray(0, 8))
const planOf = (id: string) => {
  const region = regions.find((one) => one.id === id)
  if (region === undefined) throw new Error(`no region ${id}`)
  return region
}

/** What an honest hotspot reports, with the id of what it sent. */
const honest = (region = planOf('EU868'), from = value) => {
  const nonce = beaconNonce(from, key.kid, pair, sha256)
  const { frame, freqKhz, dr, eirpDdbm } = deriveChallenge(from, key.kid, nonce, region, sha256)
  const block: BeaconBlock = {
    type: 'beacon',
    radio: 'lora',
    nonce,
    freqKhz,
    dr,
    txDdbm: eirpDdbm,
    cell: '8c1f1d48851a9ff',
  }
  const beacon: ReportedBeacon = { ...pair, kid: key.kid, receivedMs: releasedMs + 1_000, block }
  return { beacon, block, beaconId: idOf(frame) }
}

/** Against a store that let out `value` at `releasedMs`, and an older one a minute before. */
const run = (beacon: ReportedBeacon, gainDdbi = 0) => {
  const store = openTestStore()
  store.entropy.release({ index: 1, value: new Uint8Array(32).fill(4), releasedMs: releasedMs - 60_000 })
  store.entropy.release({ index: 2, value, releasedMs })
  return regenerate(beacon, gainDdbi, store.entropy.between, sha256)
}

describe('a beacon that is derived again', () => {
  it.each(regions)('is live: bytes, channel, data rate and power follow, in $id', (region) => {
    const { beacon, beaconId } = honest(region)
    expect(run(beacon)).toEqual({ beaconId, asDerived: true, entropyMs: releasedMs, region: region.id })
  })

  it('is found under an older value too, with the time at which that was let out', () => {
    const { beacon, beaconId } = honest(planOf('EU868'), new Uint8Array(32).fill(4))
    expect(run(beacon)).toMatchObject({ beaconId, asDerived: true, entropyMs: releasedMs - 60_000 })
  })

  /** No bytes can be told: the id is one that nobody can have heard, and nothing is said of entropy or region. */
  const unknown = ({ block }: ReportedBeacon) => ({ beaconId: idOf(block.nonce), asDerived: false })

  it("is none of another key's", () => {
    const { beacon } = honest()
    const stolen = { ...beacon, kid: testKey('beta').kid }
    expect(run(stolen)).toEqual(unknown(stolen))
  })

  it.each([
    { boot: 7, seq: 301 },
    { boot: 8, seq: 300 },
    { boot: new Uint8Array(8), seq: 300 },
  ])("is none of another pair's: %o", (other) => {
    const moved = { ...honest().beacon, ...other }
    expect(run(moved)).toEqual(unknown(moved))
  })

  it('is none whose entropy was not let out: guessed, or before its time', () => {
    const guessed = honest(planOf('EU868'), new Uint8Array(32).fill(9)).beacon
    expect(run(guessed)).toEqual(unknown(guessed))
    const early = { ...honest().beacon, receivedMs: releasedMs - 1 }
    expect(run(early)).toEqual(unknown(early))
  })

  it('is told with its age up to an hour, so that it counts as expired, and then no more', () => {
    const { beacon, beaconId } = honest()
    expect(run({ ...beacon, receivedMs: releasedMs + hourMs - 1 })).toMatchObject({ beaconId, entropyMs: releasedMs })
    const late = { ...beacon, receivedMs: releasedMs + hourMs }
    expect(run(late)).toEqual(unknown(late))
  })

  it.each([
    ['channel', { freqKhz: 868_101 }],
    ['data rate', { dr: 11 }],
  ])('is none on another %s', (_what, other) => {
    const { beacon, block } = honest()
    const elsewhere = { ...beacon, block: { ...block, ...other } }
    expect(run(elsewhere)).toEqual(unknown(elsewhere))
  })

  it('is not as derived with more power than its antenna leaves, to a tenth of a dB', () => {
    const { beacon, block, beaconId } = honest()
    const gainDdbi = 25
    const fed = (txDdbm: number) => run({ ...beacon, block: { ...block, txDdbm } }, gainDdbi)
    expect(fed(block.txDdbm - gainDdbi)).toMatchObject({ beaconId, asDerived: true })
    expect(fed(block.txDdbm - gainDdbi + 1)).toMatchObject({ beaconId, asDerived: false, entropyMs: releasedMs })
  })

  it('has a plan for each channel: no two regions share one', () => {
    const channels = regions.flatMap(({ beacon }) => beacon.channelsKhz)
    expect(new Set(channels).size).toBe(channels.length)
    expect(regions.length).toBeGreaterThanOrEqual(2)
  })
})
