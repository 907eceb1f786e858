import type { QualityVerdict } from './finding.ts'
import type { Reading } from './readings.ts'
import type { QualityRules } from './rules.ts'

const hourMs = 3_600_000

type Judged = {
  readonly readings: readonly Reading[]
  /** One for each reading. */
  readonly verdicts: readonly QualityVerdict[]
  /** How often the device is to measure. */
  readonly everyMs: number
  readonly fromMs: number
  readonly toMs: number
}

export type Hour = {
  readonly fromMs: number
  readonly good: number
  readonly expected: number
  readonly counts: boolean
}

/** The hours of an epoch with how many of the expected readings came and passed: one for each span of `everyMs`. */
export const hoursOf = ({ readings, verdicts, everyMs, fromMs, toMs }: Judged, rules: QualityRules): Hour[] => {
  const spans = new Map<number, Set<number>>()
  for (const [i, { atMs }] of readings.entries()) {
    if (verdicts[i]?.code !== 'accepted' || atMs < fromMs || atMs >= toMs) continue
    const hour = Math.floor((atMs - fromMs) / hourMs)
    const own = spans.get(hour) ?? new Set()
    spans.set(hour, own.add(Math.floor((atMs - fromMs - hour * hourMs) / everyMs)))
  }
  const hours: Hour[] = []
  for (let hour = 0; fromMs + hour * hourMs < toMs; hour++) {
    const lengthMs = Math.min(hourMs, toMs - fromMs - hour * hourMs)
    const expected = Math.max(1, Math.floor(lengthMs / everyMs))
    const good = Math.min(expected, spans.get(hour)?.size ?? 0)
    hours.push({ fromMs: fromMs + hour * hourMs, good, expected, counts: good >= rules.availability * expected })
  }
  return hours
}

/** The quality factor of a device: the part of the epoch's hours that count, 0 to 1. */
export const qualityOf = (hours: readonly Hour[]): number =>
  hours.length === 0 ? 0 : hours.filter(({ counts }) => counts).length / hours.length
