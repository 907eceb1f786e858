import type { Report, Sha256 } from '../../device-sdk/protocol/index.ts'
import { decode, readReport, toHex } from '../../device-sdk/protocol/index.ts'
import type { Evidence } from '../coverage/index.ts'
import type { StoredEntry } from '../store/index.ts'
import type { ReleasedBetween } from './regenerate.ts'
import { regenerate } from './regenerate.ts'

/** The report of a log entry that counts in `epoch`, or null: accepted, and its pair not known to be signed over anything else. */
export const countedReport = (entry: StoredEntry, epoch: number): Report | null => {
  const isEquivocated = entry.equivocated && entry.equivocatedAfter < epoch
  if (entry.code !== 'accepted' || isEquivocated) return null
  const decoded = decode(entry.payload)
  const report = decoded.ok ? readReport(decoded.value) : null
  return report?.ok ? report.value : null
}

/** A report that a consumer took. */
export type Taken = { readonly consumer: string; readonly entry: StoredEntry }

/** How many readings a report holds: the rows of its sensor blocks. */
export const readingsOf = ({ blocks }: Report): number =>
  blocks.reduce((sum, block) => (block.type === 'sensor' ? sum + 1 + block.stepsS.length : sum), 0)

/** What a beacon is derived from again. */
export type Derivation = {
  readonly sha256: Sha256
  readonly released: ReleasedBetween
  /** Gain of the sender's antenna as it was asserted when the report came, in 0.1 dBi. */
  gainDdbi(kid: string, atMs: number): number
}

/** What a report submits to proof of coverage, each submission numbered in the order of the report. */
export const evidenceOf = (entry: StoredEntry, report: Report, deps: Derivation): Evidence[] => {
  const { kid, logIndex, receivedMs } = entry
  const evidence: Evidence[] = []
  for (const block of report.blocks) {
    if (block.type === 'beacon') {
      const { boot, seq } = report
      const gainDdbi = deps.gainDdbi(kid, receivedMs)
      const derived = regenerate({ kid, boot, seq, receivedMs, block }, gainDdbi, deps.released, deps.sha256)
      const sent = { ...derived, freqKhz: block.freqKhz, txDbm: block.txDdbm / 10 }
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
