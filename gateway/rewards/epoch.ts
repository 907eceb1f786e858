import type { Keccak256 } from './merkle.ts'
import { merkleTree } from './merkle.ts'
import type { JudgedSubmission } from './points.ts'
import { earnedPoints } from './points.ts'
import { split } from './split.ts'
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
  readonly ruleset: { readonly rewards: RewardRules }
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
  /** What of the budget goes over into the next epoch: all of it where nobody has a point, else nothing. */
  readonly carried: bigint
}

/**
 * Turns an epoch's verdicts into shares. Pure: the same content in any order gives the same bytes on every machine.
 * @throws Error where a device with points has no address: whoever was judged is registered, and has one.
 */
export const closeEpoch = (input: EpochInput): ClosedEpoch => {
  const { epoch, budget, addresses, keccak256 } = input
  const earned = earnedPoints(input.verdicts, input.sensors, input.ruleset.rewards)
  const claims = [...earned].map(([key, points]) => ({ key, points })).sort((a, b) => (a.key < b.key ? -1 : 1))
  const amounts = split(budget, claims)
  const rows = claims.map(({ key: kid, points }, index): EpochRow => {
    const address = addresses.get(kid)
    if (address === undefined) throw new Error(`no address for ${kid}, which has points: give one for each device`)
    return { index, kid, address, points, amount: amounts[index] ?? 0n }
  })
  const { root } = merkleTree(
    rows.map((row) => ({ epoch, ...row })),
    keccak256,
  )
  const paid = rows.length === 0 ? 0n : budget
  return { rows, root, budget, paid, carried: budget - paid }
}
