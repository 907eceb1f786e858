import type { Finding } from '../verdict.ts'

/** A beacon is sent once, and heard once by each key: what came first is judged, and nothing later takes its place. */
export const duplicate: Finding = { code: 'coverage/duplicate', rule: 'duplicate' }
