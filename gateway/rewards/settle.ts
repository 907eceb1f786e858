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

/** What points are worth at the ceiling. */
export const worthOf = (points: readonly bigint[], ceilingPerMegapoint: number): bigint =>
  (points.reduce((sum, one) => sum + one, 0n) * BigInt(ceilingPerMegapoint)) / million

/** Divides an amount by points, no point worth more than its ceiling. */
const paid = (amount: bigint, claims: readonly Claim[], { ceilingPerMegapoint: ceiling }: Ceilings): bigint[] => {
  const points = claims.map((claim) => claim.points)
  return split(ceiling === undefined ? amount : least(amount, worthOf(points, ceiling)), claims)
}

/** Pays no owner over the cap: what is left to it is divided by the points of its claims. */
const capped = (budget: bigint, claims: readonly Claim[], amounts: bigint[], { ownerCapPpm }: Ceilings): Settled => {
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

/** Divides a budget by points, no point worth more than its ceiling and no owner paid over the cap. */
export const settle = (budget: bigint, claims: readonly Claim[], ceilings: Ceilings): Settled =>
  capped(budget, claims, paid(budget, claims, ceilings), ceilings)

/** A part of a budget with points of its own, by key. */
export type Pool = { readonly amount: bigint; readonly points: ReadonlyMap<string, bigint> }

/**
 * Divides each pool by its own points, as `settle` does; the cap of an owner holds for all pools together, and takes from its
 * devices in proportion to what they would get.
 */
export const settlePools = (pools: readonly Pool[], claims: readonly Claim[], ceilings: Ceilings): Settled => {
  const amounts = claims.map(() => 0n)
  let budget = 0n
  for (const { amount, points } of pools) {
    budget += amount
    const own = claims.map(({ key }) => ({ key, points: points.get(key) ?? 0n }))
    for (const [i, part] of paid(amount, own, ceilings).entries()) amounts[i] = (amounts[i] ?? 0n) + part
  }
  const weighted = claims.map((claim, i) => ({ ...claim, points: amounts[i] ?? 0n }))
  return capped(budget, weighted, amounts, ceilings)
}
