export type { ConsumptionDesk } from './desk.ts'
export { openConsumptionDesk } from './desk.ts'
