import type { BeaconEvidence } from '../evidence.ts'
import type { Finding } from '../verdict.ts'

/** A device chooses nothing of what it sends. Why not of witnesses: the id of a beacon is the hash of its bytes. */
export const invalidPacket = ({ asDerived }: BeaconEvidence): Finding | null =>
  asDerived === false ? { code: 'coverage/invalid-packet', rule: 'invalid-packet' } : null
