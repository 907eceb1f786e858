/** What an address was ever owed. One proof against the newest root then claims all epochs at once. */
export type Owed = { readonly address: string; readonly amount: bigint }

/**
 * Adds an epoch's amounts to what was owed before. Addresses never leave the list: what was not claimed stays claimable.
 * @returns by ascending address (lower-case hex), so that the index of a leaf follows from the list alone.
 */
export const cumulate = (before: readonly Owed[], added: readonly Owed[]): Owed[] => {
  const owed = new Map<string, bigint>()
  for (const { address, amount } of [...before, ...added]) {
    if (amount < 0n) throw new RangeError(`an amount is at least 0, not ${amount}`)
    owed.set(address, (owed.get(address) ?? 0n) + amount)
  }
  return [...owed].map(([address, amount]) => ({ address, amount })).sort((a, b) => (a.address < b.address ? -1 : 1))
}

/** What a claim pays now. @throws RangeError where more was claimed than was ever owed, which no contract allows. */
export const claimable = (owed: bigint, claimed: bigint): bigint => {
  if (claimed > owed) throw new RangeError(`claimed ${claimed} of ${owed}`)
  return owed - claimed
}
