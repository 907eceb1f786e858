import { keccak_256 } from '@noble/hashes/sha3.js'
import { describe, expect, it } from 'vitest'
import { toHex } from '../../../device-sdk/protocol/index.ts'
import type { Verdict } from '../../../gateway/coverage/index.ts'
import { firstCoverage } from '../../../gateway/coverage/index.ts'
import type { ClosedEpoch, EpochInput } from '../../../gateway/rewards/index.ts'
import { closeEpoch, merkleTree, verifyProof } from '../../../gateway/rewards/index.ts'
import { beacon, judged, kidOf, witness } from '../coverage/scene.ts'

const heard = (count: number) =>
  Array.from({ length: count }, (_, i) => witness({ kid: kidOf(i + 2), receivedMs: 1100 + i }))
const verdictsOf = (witnesses: number): Verdict[] => judged([beacon(), ...heard(witnesses)])
const addresses = new Map(Array.from({ length: 99 }, (_, i) => [kidOf(i), new Uint8Array(20).fill(i)]))

const close = (over: Partial<EpochInput> = {}): ClosedEpoch =>
  closeEpoch({
    epoch: 3,
    budget: 1_000_000n,
    verdicts: [],
    sensors: [],
    addresses,
    ruleset: firstCoverage,
    keccak256: keccak_256,
    ...over,
  })

const pointsOf = (closed: ClosedEpoch) => closed.rows.map(({ kid, points }) => [kid, points])

const text = (closed: ClosedEpoch): string =>
  JSON.stringify(closed, (_key, value: unknown) => {
    if (value instanceof Uint8Array) return toHex(value)
    return typeof value === 'bigint' ? value.toString() : value
  })

describe('closeEpoch', () => {
  it('gives a beacon and its five witnesses their units', () => {
    const closed = close({ verdicts: verdictsOf(5) })
    expect(pointsOf(closed)).toEqual([
      [kidOf(1), 1_200_000_000n],
      ...[2, 3, 4, 5, 6].map((n) => [kidOf(n), 760_000_000n]),
    ])
    expect(closed.rows.map(({ amount }) => amount)).toEqual([
      240_000n,
      152_000n,
      152_000n,
      152_000n,
      152_000n,
      152_000n,
    ])
    expect(closed).toMatchObject({ budget: 1_000_000n, paid: 1_000_000n, carried: 0n })
  })

  it('gives nothing for what was refused or not selected', () => {
    const closed = close({ verdicts: judged([beacon(), ...heard(16), witness({ kid: kidOf(40), rssiDbm: 0 })]) })
    expect(closed.rows.map(({ kid }) => kid)).toEqual(Array.from({ length: 15 }, (_, i) => kidOf(i + 1)))
    expect(closed.rows[1]?.points).toBe(221_955_298n)
  })

  it('adds up what one device earned in several ways', () => {
    const other = { beaconId: 'c'.repeat(16), logIndex: 9 }
    const verdicts = judged([
      beacon(),
      witness(),
      beacon({ ...other, kid: kidOf(2) }),
      witness({ ...other, kid: kidOf(1) }),
    ])
    expect(pointsOf(close({ verdicts, sensors: [kidOf(2)] }))).toEqual([
      [kidOf(1), 1_250_000_000n],
      [kidOf(2), 2_250_000_000n],
    ])
  })

  it('gives a sensor one unit, however often it is named', () => {
    expect(pointsOf(close({ sensors: [kidOf(9), kidOf(8), kidOf(9)] }))).toEqual([
      [kidOf(8), 1_000_000_000n],
      [kidOf(9), 1_000_000_000n],
    ])
    const ruleset = { ...firstCoverage, rewards: { ...firstCoverage.rewards, sensorUnits: 0.5 } }
    expect(pointsOf(close({ sensors: [kidOf(9)], ruleset }))).toEqual([[kidOf(9), 500_000_000n]])
  })

  it('carries the whole budget over where nobody has a point', () => {
    const nothing = {
      rows: [],
      root: new Uint8Array(32),
      budget: 1_000_000n,
      unissued: 0n,
      paid: 0n,
      carried: 1_000_000n,
    }
    expect(close({ verdicts: judged([beacon()]) })).toEqual(nothing)
    const ruleset = { ...firstCoverage, rewards: { ...firstCoverage.rewards, sensorUnits: 0 } }
    expect(close({ sensors: [kidOf(9)], ruleset })).toEqual(nothing)
  })

  it('commits to each row with its epoch, index, address and amount', () => {
    const closed = close({ verdicts: verdictsOf(6) })
    const leaves = closed.rows.map((row) => ({ epoch: 3, ...row }))
    const { proof } = merkleTree(leaves, keccak_256)
    expect(closed.rows.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6])
    for (const [i, leaf] of leaves.entries()) {
      expect(leaf.address).toEqual(addresses.get(leaf.kid))
      expect(verifyProof(closed.root, leaf, proof(i), keccak_256)).toBe(true)
      expect(verifyProof(closed.root, { ...leaf, epoch: 4 }, proof(i), keccak_256)).toBe(false)
    }
  })

  it('replays to the same bytes whatever the order of verdicts, sensors and addresses', () => {
    const input = { verdicts: verdictsOf(16), sensors: [1, 7, 30, 31].map(kidOf), budget: 999_983n }
    const reversed = close({
      budget: input.budget,
      verdicts: input.verdicts.toReversed(),
      sensors: input.sensors.toReversed(),
      addresses: new Map([...addresses].toReversed()),
    })
    expect(text(reversed)).toBe(text(close(input)))
    expect(reversed.paid).toBe(999_983n)
  })

  it('throws where a device with points has no address', () => {
    expect(() => close({ sensors: [kidOf(9)], addresses: new Map() })).toThrow(kidOf(9))
  })
})
