import type { Sha256 } from '../../device-sdk/protocol/index.ts'
import { toHex } from '../../device-sdk/protocol/index.ts'
import type { Poc, PocOutcome, Reciprocity, Scene, Verdict } from '../coverage/index.ts'
import {
  completePoc,
  explain,
  judgePoc,
  noteValid,
  openIntervals,
  openTimes,
  rulesetHash,
  verdictOf,
} from '../coverage/index.ts'
import { earnedPoints, settle } from '../rewards/index.ts'
import { readBucket } from './bucket.ts'
import { scaleBeacons } from './scales.ts'
import type { Scan } from './scan.ts'

/** What an epoch of a file for exchange pays. */
const epochAmount = 1_000_000_000_000n

export type Summary = {
  readonly profile: string
  readonly ruleset: string
  readonly lines: number
  readonly badLines: number
  readonly hotspots: number
  readonly beacons: number
  readonly witnesses: number
  readonly verdicts: number
  readonly accepted: number
  readonly rejected: number
  readonly pending: number
  readonly codes: Readonly<Record<string, number>>
  readonly points: string
  readonly amount: string
}

type Judged =
  | { readonly verdict: Verdict; readonly number: number }
  | { readonly verdict: null; readonly number: number; readonly beacon: string; readonly hotspot: string }

/** One line of the result without what only people read. */
const verdictLine = (judged: Judged, isExplained: boolean): Record<string, unknown> => {
  if (judged.verdict === null) {
    const { beacon, hotspot } = judged
    return { type: 'verdict', beacon, hotspot, verdict: 'reject', code: 'exchange/bad-line' }
  }
  const { beaconId, kid, code, measured, threshold, unit, rule } = judged.verdict
  const { margin, flip } = isExplained ? explain(judged.verdict) : {}
  return {
    type: 'verdict',
    beacon: beaconId,
    hotspot: kid,
    verdict: code === 'accepted' ? 'accept' : 'reject',
    code,
    ...(measured === undefined ? {} : { measured, threshold, unit }),
    ...(isExplained ? { rule, margin, flip } : {}),
  }
}

/** Ties go by the bytes of the key. */
const byteKey = (id: string): string => toHex(new TextEncoder().encode(id))

/**
 * Judges what `scan` put aside, bucket by bucket, and hands each line of the result to `write`: verdicts, shares, summary.
 * Where the file is longer than reciprocity looks back, every bucket is judged twice: first to learn who did its own part.
 */
export const verifyScan = (
  scan: Scan,
  sha256: Sha256,
  isExplained: boolean,
  write: (line: Record<string, unknown>) => void,
): Summary => {
  const { ruleset, hotspots, partition, counts } = scan
  const scene: Scene = { hotspot: hotspots.at }
  const intervals = openIntervals(scene, ruleset)
  for (const beacon of scan.firstBeacons.all()) intervals.add(beacon)
  scaleBeacons(scan.firstBeacons.all(), hotspots, ruleset)
  const hash = toHex(rulesetHash(ruleset, sha256))
  const past: Reciprocity = { beaconed: openTimes(), witnessed: openTimes(), recordsFromMs: scan.fromMs }
  const regularOf = (poc: Poc): PocOutcome => {
    const [beacon] = poc.beacons
    return judgePoc(poc, beacon === undefined ? 0 : intervals.before(beacon), scene, ruleset)
  }
  if (scan.toMs - scan.fromMs >= (ruleset.coverage.reciprocityMs ?? Infinity)) {
    for (const lines of partition.buckets()) {
      for (const poc of readBucket(lines).pocs) noteValid(poc, regularOf(poc), past)
    }
  }

  const points = new Map<string, bigint>()
  const codes = new Map<string, number>()
  let [verdicts, accepted] = [0, 0]
  const tell = (judged: Judged): void => {
    const line = verdictLine(judged, isExplained)
    const code = String(line.code)
    codes.set(code, (codes.get(code) ?? 0) + 1)
    verdicts++
    if (line.verdict === 'accept') accepted++
    write(line)
  }
  for (const lines of partition.buckets()) {
    const { pocs, unjudged } = readBucket(lines)
    const judged: Judged[] = unjudged.map((one) => ({ verdict: null, ...one }))
    for (const poc of pocs) {
      const own = judgedOf(poc, completePoc(poc, regularOf(poc), past, ruleset), hash)
      for (const verdict of own) judged.push({ verdict, number: verdict.logIndex })
      const [beacon] = poc.beacons
      if (beacon === undefined) continue
      const scale = scan.firstBeacons.scaleOf(beacon.beaconId)
      const accepted = own.filter(({ code }) => code === 'accepted')
      const earned = earnedPoints(accepted, [], ruleset.rewards, { scales: accepted.map(() => scale) })
      for (const [kid, more] of earned) points.set(kid, (points.get(kid) ?? 0n) + more)
    }
    for (const one of judged.sort((a, b) => a.number - b.number)) tell(one)
  }
  return finish({ scan, hash, points, codes, verdicts, accepted, counts }, write)
}

const judgedOf = (poc: Poc, { beacons, witnesses }: PocOutcome, hash: string): Verdict[] => [
  ...poc.beacons.flatMap((one, i) => (beacons[i] === undefined ? [] : [verdictOf(one, beacons[i], hash)])),
  ...poc.witnesses.flatMap((one, i) => (witnesses[i] === undefined ? [] : [verdictOf(one, witnesses[i], hash)])),
]

type Ended = {
  readonly scan: Scan
  readonly hash: string
  readonly points: ReadonlyMap<string, bigint>
  readonly codes: ReadonlyMap<string, number>
  readonly verdicts: number
  readonly accepted: number
  readonly counts: Scan['counts']
}

/** Shares of every hotspot of the file, by the bytes of their names; then the summary. */
const finish = (ended: Ended, write: (line: Record<string, unknown>) => void): Summary => {
  const { scan, hash, points, codes, verdicts, accepted, counts } = ended
  const { hotspots, ruleset } = scan
  const claims = hotspots
    .ids()
    .map((hotspot) => ({
      hotspot,
      key: byteKey(hotspot),
      points: points.get(hotspot) ?? 0n,
      owner: hotspots.owner(hotspot) ?? hotspot,
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  const { amounts, rolled } = settle(epochAmount, claims, ruleset.rewards)
  for (const [i, claim] of claims.entries()) {
    const amount = amounts[i] ?? 0n
    write({ type: 'share', hotspot: claim.hotspot, points: claim.points.toString(), amount: amount.toString() })
  }
  const summary: Summary = {
    profile: ruleset.name,
    ruleset: hash,
    ...counts,
    hotspots: claims.length,
    verdicts,
    accepted,
    rejected: verdicts - accepted,
    pending: 0,
    codes: Object.fromEntries([...codes].sort(([a], [b]) => (a < b ? -1 : 1))),
    points: claims.reduce((sum, claim) => sum + claim.points, 0n).toString(),
    amount: (epochAmount - rolled).toString(),
  }
  write({ type: 'summary', ...summary })
  return summary
}
