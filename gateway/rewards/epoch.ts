import { issueOf } from './issue.ts'
import type { Keccak256 } from './merkle.ts'
import { merkleTree } from './merkle.ts'
import type { Factors, JudgedSubmission } from './points.ts'
import { earnedPoints } from './points.ts'
import type { PoolRules } from './pools.ts'
import type { Ceilings } from './settle.ts'
import { settle, settlePools } from './settle.ts'
import type { RewardRules } from './units.ts'

export type EpochInput = {
  readonly epoch: number
  /** What may be paid, in the smallest unit of money. */
  readonly budget: bigint
  /** How much of the budget is issued anew: the pools of the ruleset are parts of it. Absent: all is divided by points alone. */
  readonly issued?: bigint | undefined
  readonly verdicts: readonly JudgedSubmission[]
  /** Kids of devices with at least one accepted reading in the epoch. */
  readonly sensors: readonly string[]
  /** EVM address of 20 bytes by kid. */
  readonly addresses: ReadonlyMap<string, Uint8Array>
  /** Who owns a device, by kid: a cap holds for all devices of an owner together. */
  readonly owners?: ReadonlyMap<string, string>
  readonly factors?: Factors
  readonly ruleset: { readonly rewards: RewardRules & Ceilings; readonly pools?: PoolRules }
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
  /** What was to be paid: the budget less what stays unissued. Paid and carried over are this, exactly. */
  readonly budget: bigint
  readonly unissued: bigint
  readonly paid: bigint
  /** What of the budget goes over into the next epoch: all of it where nobody has a point, else what is over a ceiling or in a pool without points. */
  readonly carried: bigint
}

/**
 * Turns an epoch's verdicts into shares. Pure: the same content in any order gives the same bytes on every machine.
 * @throws Error where a device with points has no address: whoever was judged is registered, and has one.
 */
export const closeEpoch = (input: EpochInput): ClosedEpoch => {
  const { epoch, issued, addresses, keccak256 } = input
  const { rewards, pools } = input.ruleset
  const earned = earnedPoints(input.verdicts, input.sensors, rewards, input.factors)
  const claims = [...earned]
    .map(([key, points]) => ({ key, points, owner: input.owners?.get(key) ?? key }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  const issue =
    issued === undefined || pools === undefined ? null : issueOf(issued, input.budget - issued, input, rewards, pools)
  const { amounts, rolled } =
    issue === null ? settle(input.budget, claims, rewards) : settlePools(issue.pools, claims, rewards)
  const rows = claims.map(({ key: kid, points }, index): EpochRow => {
    const address = addresses.get(kid)
    if (address === undefined) throw new Error(`no address for ${kid}, which has points: give one for each device`)
    return { index, kid, address, points, amount: amounts[index] ?? 0n }
  })
  const { root } = merkleTree(
    rows.map((row) => ({ epoch, ...row })),
    keccak256,
  )
  const unissued = issue?.unissued ?? 0n
  const budget = input.budget - unissued
  return { rows, root, budget, unissued, paid: budget - rolled, carried: rolled }
}
