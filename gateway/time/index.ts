export type { TimeDesk } from './desk.ts'
export { openTimeDesk } from './desk.ts'
export { openRate } from './rate.ts'
