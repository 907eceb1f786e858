import type { Report, Sha256 } from '../../device-sdk/protocol/index.ts'
import { challengeBytes, decode, readReport, toHex } from '../../device-sdk/protocol/index.ts'
import type { Evidence } from '../coverage/index.ts'
import type { StoredEntry } from '../store/index.ts'

/** The report of a log entry that counts in `epoch`, or null: accepted, and its pair not known to be signed over anything else. */
export const countedReport = (entry: StoredEntry, epoch: number): Report | null => {
  const isEquivocated = entry.equivocated && entry.equivocatedAfter < epoch
  if (entry.code !== 'accepted' || isEquivocated) return null
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
      const sent = { beaconId, freqKhz: block.freqKhz, txDbm: block.txDdbm / 10 }
      evidence.push({ kind: 'beacon', logIndex, item: evidence.length, kid, receivedMs, ...sent })
    }
    if (block.type !== 'witness') continue
    for (const { beaconId, rssiDdbm, snrDdb, freqKhz } of block.rows) {
      const strength = { rssiDbm: rssiDdbm / 10, snrDb: snrDdb === null ? null : snrDdb / 10 }
      const heard = { beaconId: toHex(beaconId), ...strength, freqKhz }
      evidence.push({ kind: 'witness', logIndex, item: evidence.length, kid, receivedMs, ...heard })
    }
  }
  return evidence
}
