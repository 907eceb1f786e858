export type { ClosedEpoch, EpochInput } from './epoch.ts'
export { closeEpoch } from './epoch.ts'
export { merkleTree, verifyProof } from './merkle.ts'
export type { PayoutRow } from './payout-row.ts'
