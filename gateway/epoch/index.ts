export type { ClosedEpoch, EpochDesk } from './desk.ts'
export { openEpochDesk } from './desk.ts'
export { evidenceOf } from './evidence.ts'
