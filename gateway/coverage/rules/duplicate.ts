import type { Evidence } from '../evidence.ts'
import type { Finding } from '../verdict.ts'

/** A beacon is sent once, and heard once by each key. */
export const duplicateKey = (evidence: Evidence): string =>
  evidence.kind === 'beacon' ? evidence.beaconId : `${evidence.beaconId} ${evidence.kid}`

/** @param seen - the keys of what was received earlier, whatever its verdict. */
export const duplicate = (evidence: Evidence, seen: ReadonlySet<string>): Finding | null =>
  seen.has(duplicateKey(evidence)) ? { code: 'coverage/duplicate', rule: 'duplicate' } : null
