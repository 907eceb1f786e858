import { split } from './split.ts'

/** What a device asks of an epoch. `owner` is whoever gets it; devices of nobody have each their own. */
export type Claim = { readonly key: string; readonly points: bigint; readonly owner?: string }

/** Why ceilings: without them, denying others raises one's own pay. */
export type Ceilings = {
  /** The most that a million points are worth, in the smallest unit of money. */
  readonly ceilingPerMegapoint?: number
  /** The most that one owner gets of the budget, in millionths. */
  readonly ownerCapPpm?: number
}

export type Settled = {
  /** In the order of the claims. */
  readonly amounts: readonly bigint[]
  /** What goes over into the next epoch: amounts and this are the budget, exactly. */
  readonly rolled: bigint
}

const million = 1_000_000n

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/** Divides a budget by points, no point worth more than its ceiling and no owner paid over the cap. */
export const settle = (budget: bigint, claims: readonly Claim[], ceilings: Ceilings): Settled => {
  const total = claims.reduce((sum, { points }) => sum + points, 0n)
  const { ceilingPerMegapoint, ownerCapPpm } = ceilings
  const worth = ceilingPerMegapoint === undefined ? budget : (total * BigInt(ceilingPerMegapoint)) / million
  const amounts = split(least(budget, worth), claims)

  if (ownerCapPpm !== undefined) {
    const cap = (budget * BigInt(ownerCapPpm)) / million
    const places = new Map<string, number[]>()
    for (const [i, { key, owner }] of claims.entries()) {
      const name = owner === undefined ? `device ${key}` : `owner ${owner}`
      const own = places.get(name)
      if (own === undefined) places.set(name, [i])
      else own.push(i)
    }
    for (const own of places.values()) {
      const sum = own.reduce((all, i) => all + (amounts[i] ?? 0n), 0n)
      if (sum <= cap) continue
      const ofOwner = own.map((i) => claims[i] as Claim)
      for (const [k, amount] of split(cap, ofOwner).entries()) amounts[own[k] as number] = amount
    }
  }
  return { amounts, rolled: budget - amounts.reduce((sum, amount) => sum + amount, 0n) }
}
