export type { TimeDesk } from './desk.ts'
export { openTimeDesk } from './desk.ts'
