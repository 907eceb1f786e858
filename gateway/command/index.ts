export type { CommandDesk } from './desk.ts'
export { openCommandDesk } from './desk.ts'
export { readOrder } from './order.ts'
