import type { Keccak256 } from './merkle.ts'
import { merkleTree } from './merkle.ts'
import type { Factors, JudgedSubmission } from './points.ts'
import { earnedPoints } from './points.ts'
import type { Ceilings } from './settle.ts'
import { settle } from './settle.ts'
import type { RewardRules } from './units.ts'

export type EpochInput = {
  readonly epoch: number
  /** What may be paid, in the smallest unit of money. */
  readonly budget: bigint
  readonly verdicts: readonly JudgedSubmission[]
  /** Kids of devices with at least one accepted reading in the epoch. */
  readonly sensors: readonly string[]
  /** EVM address of 20 bytes by kid. */
  readonly addresses: ReadonlyMap<string, Uint8Array>
  /** Who owns a device, by kid: a cap holds for all devices of an owner together. */
  readonly owners?: ReadonlyMap<string, string>
  readonly factors?: Factors
  readonly ruleset: { readonly rewards: RewardRules & Ceilings }
  readonly keccak256: Keccak256
}

/** What one device earned. With `epoch` beside it, a row is a leaf of the tree. */
export type EpochRow = {
  readonly index: number
  readonly kid: string
  readonly address: Uint8Array
  readonly points: bigint
  readonly amount: bigint
}

export type ClosedEpoch = {
  /** Every device with points, by ascending kid; `index` counts them from 0. */
  readonly rows: readonly EpochRow[]
  /** Root of the Merkle tree over the rows; all zero where there are none. */
  readonly root: Uint8Array
  readonly budget: bigint
  readonly paid: bigint
  /** What of the budget goes over into the next epoch: all of it where nobody has a point, else what is over a ceiling. */
  readonly carried: bigint
}

/**
 * Turns an epoch's verdicts into shares. Pure: the same content in any order gives the same bytes on every machine.
 * @throws Error where a device with points has no address: whoever was judged is registered, and has one.
 */
export const closeEpoch = (input: EpochInput): ClosedEpoch => {
  const { epoch, budget, addresses, keccak256 } = input
  const { rewards } = input.ruleset
  const earned = earnedPoints(input.verdicts, input.sensors, rewards, input.factors)
  const claims = [...earned]
    .map(([key, points]) => ({ key, points, owner: input.owners?.get(key) ?? key }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  const { amounts, rolled } = settle(budget, claims, rewards)
  const rows = claims.map(({ key: kid, points }, index): EpochRow => {
    const address = addresses.get(kid)
    if (address === undefined) throw new Error(`no address for ${kid}, which has points: give one for each device`)
    return { index, kid, address, points, amount: amounts[index] ?? 0n }
  })
  const { root } = merkleTree(
    rows.map((row) => ({ epoch, ...row })),
    keccak256,
  )
  return { rows, root, budget, paid: budget - rolled, carried: rolled }
}
