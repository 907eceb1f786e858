import type { Report, Sha256 } from '../../device-sdk/protocol/index.ts'
import { challengeBytes, decode, readReport, toHex } from '../../device-sdk/protocol/index.ts'
import type { Evidence } from '../coverage/index.ts'
import type { StoredEntry } from '../store/index.ts'

/** The report of a log entry that counts, or null: accepted, and its pair signed over nothing else. */
export const countedReport = (entry: StoredEntry): Report | null => {
  if (entry.code !== 'accepted' || entry.equivocated) return null
  const decoded = decode(entry.payload)
  const report = decoded.ok ? readReport(decoded.value) : null
  return report?.ok ? report.value : null
}

export const hasReading = (report: Report): boolean => report.blocks.some((block) => block.type === 'sensor')

/** What a report submits to proof of coverage, each submission numbered in the order of the report. */
export const evidenceOf = (entry: StoredEntry, report: Report, sha256: Sha256): Evidence[] => {
  const { kid, logIndex, receivedMs } = entry
  const evidence: Evidence[] = []
  for (const block of report.blocks) {
    if (block.type === 'beacon') {
      // The gateway regenerates what must have been on the air: a hotspot does not choose it.
      const beaconId = toHex(sha256(challengeBytes(kid, block.nonce, sha256)).subarray(0, 8))
      const { freqKhz, txDdbm } = block
      evidence.push({ kind: 'beacon', logIndex, item: evidence.length, kid, receivedMs, beaconId, freqKhz, txDdbm })
    }
    if (block.type !== 'witness') continue
    for (const { beaconId, rssiDdbm, snrDdb, freqKhz, dr } of block.rows) {
      const heard = { beaconId: toHex(beaconId), rssiDdbm, snrDdb, freqKhz, dr }
      evidence.push({ kind: 'witness', logIndex, item: evidence.length, kid, receivedMs, ...heard })
    }
  }
  return evidence
}
