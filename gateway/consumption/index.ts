export type { ConsumptionDesk, Take } from './desk.ts'
export { openConsumptionDesk } from './desk.ts'
