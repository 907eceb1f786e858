export type { UpdateDesk } from './desk.ts'
export { openUpdateDesk } from './desk.ts'
export { openReleases } from './releases.ts'
