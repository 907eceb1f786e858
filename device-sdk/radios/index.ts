export type { Air } from './air.ts'
export { startAir } from './air.ts'
export { openRadio } from './open.ts'
export type { Heard, Radio, Transmission } from './radio.ts'
