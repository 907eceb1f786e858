import type { BeaconEvidence, Evidence, Poc, WitnessEvidence } from '../coverage/index.ts'
import { groupPocs } from '../coverage/index.ts'
import type { SubmissionLine } from './line.ts'
import { readLine } from './line.ts'
import type { NumberedLine } from './partition.ts'

/** A line that gets a verdict without being judged. */
export type Unjudged = { readonly number: number; readonly beacon: string; readonly hotspot: string }

const evidenceOf = (line: SubmissionLine, number: number): Evidence => {
  const { beacon, hotspot, receivedMs, dbm, freqKhz } = line
  const what = { logIndex: number, item: 0, kid: hotspot, receivedMs, beaconId: beacon }
  if (line.type === 'witness') {
    return { kind: 'witness', ...what, rssiDbm: dbm, snrDb: line.snrDb, freqKhz } satisfies WitnessEvidence
  }
  const sent: BeaconEvidence = { kind: 'beacon', ...what, freqKhz: freqKhz ?? 0, txDbm: dbm }
  return line.region === null ? sent : { ...sent, region: line.region }
}

/** Reads the lines of one bucket again: everything about its beacons, and what cannot be judged. */
export const readBucket = (lines: Iterable<NumberedLine>): { pocs: Poc[]; unjudged: Unjudged[] } => {
  const evidence: Evidence[] = []
  const unjudged: Unjudged[] = []
  for (const { number, text } of lines) {
    const line = readLine(text)
    if (!line.ok) continue
    const { value } = line
    if (value.type === 'beacon' || value.type === 'witness') evidence.push(evidenceOf(value, number))
    else if (value.type === 'unjudged') unjudged.push({ number, beacon: value.beacon, hotspot: value.hotspot })
  }
  return { pocs: groupPocs(evidence), unjudged }
}
