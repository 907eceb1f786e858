export type { EpochDesk } from './desk.ts'
export { openEpochDesk } from './desk.ts'
export { replayEpoch } from './replay.ts'
