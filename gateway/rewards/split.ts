/** `key` is lower-case hex, all of one length, so that texts compare as their bytes do; no key comes twice. */
type Claim = { readonly key: string; readonly points: bigint }

/**
 * Divides `budget` in proportion to points: floor(budget * p / sum), and the residue one by one to the largest
 * remainders, between equal ones to the lower key.
 * @returns the amounts in the order of `claims`; they sum to `budget` exactly, or are all 0 where no claim has a point.
 */
export const split = (budget: bigint, claims: readonly Claim[]): bigint[] => {
  if (budget < 0n || claims.some(({ points }) => points < 0n)) throw new RangeError('budget and points are at least 0')
  let total = 0n
  for (const { points } of claims) total += points
  if (total === 0n) return claims.map(() => 0n)

  const parts = claims.map(({ key, points }) => {
    const product = budget * points
    const remainder = product % total
    return { key, amount: product / total, remainder, about: Number(remainder) }
  })
  let residue = budget
  for (const { amount } of parts) residue -= amount
  const byRemainder = parts.toSorted((a, b) => {
    // Rounding keeps the order: only equals need the exact, slower comparison.
    if (a.about !== b.about) return b.about - a.about
    if (a.remainder !== b.remainder) return a.remainder > b.remainder ? -1 : 1
    return a.key < b.key ? -1 : 1
  })
  for (const part of byRemainder) {
    if (residue === 0n) break
    part.amount += 1n
    residue -= 1n
  }
  return parts.map(({ amount }) => amount)
}
