/** Parts of an emission in millionths. */
export type PoolRules = {
  readonly beacon: number
  readonly witness: number
  readonly data: number
  readonly operations: number
  readonly oracles: number
  /** The beacons' part of what the data pool leaves. */
  readonly restToBeacon: number
}

export type Pools = {
  readonly beacon: bigint
  readonly witness: bigint
  readonly data: bigint
  readonly operations: bigint
  readonly oracles: bigint
  /** What no pool is named for, and what rounding leaves. */
  readonly unissued: bigint
}

const million = 1_000_000n

/** What the data pool leaves, to beacons and to witnesses. */
export const restOf = (
  rest: bigint,
  { restToBeacon }: PoolRules,
): { readonly beacon: bigint; readonly witness: bigint } => {
  const beacon = (rest * BigInt(restToBeacon)) / million
  return { beacon, witness: rest - beacon }
}

/**
 * Divides an emission into Helium's pools. Data is paid its value and no more; the rest of its pool goes to beacons and
 * witnesses. Source: helium/oracles, iot_verifier, reward_share.
 * @param dataValue - what the data of the epoch is worth, in the smallest unit of money.
 */
export const poolsOf = (emission: bigint, dataValue: bigint, rules: PoolRules): Pools => {
  const part = (ppm: number): bigint => (emission * BigInt(ppm)) / million
  const dataMost = part(rules.data)
  const data = dataValue < dataMost ? dataValue : dataMost
  const rest = restOf(dataMost - data, rules)
  const beacon = part(rules.beacon) + rest.beacon
  const witness = part(rules.witness) + rest.witness
  const [operations, oracles] = [part(rules.operations), part(rules.oracles)]
  return {
    beacon,
    witness,
    data,
    operations,
    oracles,
    unissued: emission - beacon - witness - data - operations - oracles,
  }
}
