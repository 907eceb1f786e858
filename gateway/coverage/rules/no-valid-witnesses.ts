import type { Finding } from '../verdict.ts'

/** @param witnesses - how many valid witnesses the beacon has. */
export const noValidWitnesses = (witnesses: number): Finding | null =>
  witnesses > 0
    ? null
    : { code: 'coverage/no-valid-witnesses', rule: 'no-valid-witnesses', measured: 0, threshold: 1, unit: 'witnesses' }
