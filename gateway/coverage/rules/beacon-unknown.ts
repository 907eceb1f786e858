import type { Finding } from '../verdict.ts'

/** A witness of a beacon whose own sender reported none. */
export const beaconUnknown: Finding = { code: 'coverage/beacon-unknown', rule: 'beacon-unknown' }
