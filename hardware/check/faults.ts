import type { Fault } from '../outcome.ts'

/** Why a wiring would not work, or would break something; the registry says what to do about each. */
export type WiringCode =
  | 'wiring/part-unknown'
  | 'wiring/pin-unknown'
  | 'wiring/unconnected'
  | 'wiring/capability'
  | 'wiring/pin-twice'
  | 'wiring/short'
  | 'wiring/bus'
  | 'wiring/address'
  | 'wiring/address-clash'
  | 'wiring/supply'
  | 'wiring/logic-level'
  | 'wiring/rail-current'
  | 'wiring/total-current'

export type WiringFault = Fault<WiringCode>

export const wiringFault = (code: WiringCode, detail: string): WiringFault => ({ code, detail })
