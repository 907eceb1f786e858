import { emissionOf } from '../rewards/index.ts'
import type { Emission, EpochRow, Store } from '../store/index.ts'

type Money = { readonly budget: bigint; readonly issued?: bigint }

/** What an epoch may pay under a schedule of emission: what it issues, and what the one before could not pay. */
export const emitted = (store: Store, epoch: number, emission: Emission, before: EpochRow | null): Money => {
  const issued = emissionOf(epoch - (store.epochs.oldest() ?? epoch), BigInt(emission.first), emission.halvingEpochs)
  return { issued, budget: issued + BigInt(before?.carried ?? 0) }
}
