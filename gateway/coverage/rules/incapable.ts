import type { Hotspot } from '../evidence.ts'
import type { Finding } from '../verdict.ts'

/** Some hotspots carry data and take no part in proof of coverage. */
export const incapable = ({ capable }: Hotspot): Finding | null =>
  capable === false ? { code: 'coverage/incapable', rule: 'incapable' } : null
