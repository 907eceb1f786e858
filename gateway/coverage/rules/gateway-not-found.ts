import type { Hotspot } from '../evidence.ts'
import type { Finding } from '../verdict.ts'

/** The registry knew the key when the report came. */
export const gatewayNotFound = (hotspot: Hotspot | null): Finding | null =>
  hotspot === null ? { code: 'coverage/gateway-not-found', rule: 'gateway-not-found' } : null
