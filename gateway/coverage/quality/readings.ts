import type { QualityVerdict } from './finding.ts'
import { objection, passed } from './finding.ts'
import type { FieldRules, QualityRules } from './rules.ts'

/** One value of one quantity. */
export type Reading = { readonly atMs: number; readonly value: number }

const minuteMs = 60_000

/** Inside what the world can be. */
const outOfBounds = ({ value }: Reading, { min, max, unit }: FieldRules): QualityVerdict | null => {
  if (value >= min && value <= max) return null
  const threshold = value < min ? min : max
  const flip = value < min ? `at least ${min} ${unit}` : `at most ${max} ${unit}`
  return objection({ code: 'quality/out-of-bounds', rule: 'bounds', measured: value, threshold, unit, flip })
}

/** Not faster than weather changes: in proportion over more than a minute, as within one minute below it. */
const jump = (before: Reading | null, now: Reading, { jumpPerMin, unit }: FieldRules): QualityVerdict | null => {
  if (before === null || jumpPerMin === undefined) return null
  const threshold = jumpPerMin * Math.max(1, (now.atMs - before.atMs) / minuteMs)
  const measured = Math.abs(now.value - before.value)
  if (measured <= threshold) return null
  const flip = `a change of at most ${threshold} ${unit}`
  return objection({ code: 'quality/jump', rule: 'jump', measured, threshold, unit, flip })
}

/** @param sinceMs - from when on the value has been the same. */
const frozen = (sinceMs: number, now: Reading, { frozenMin }: FieldRules): QualityVerdict | null => {
  if (frozenMin === undefined) return null
  const measured = (now.atMs - sinceMs) / minuteMs
  if (measured <= frozenMin) return null
  const flip = `another value within ${frozenMin} minutes`
  return objection({ code: 'quality/frozen', rule: 'frozen', measured, threshold: frozenMin, unit: 'min', flip })
}

const middleOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? 0, sorted[half] ?? 0]
  return (low + high) / 2
}

const firstAfter = (readings: readonly Reading[], ms: number): number => {
  let [low, high] = [0, readings.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((readings[middle] as Reading).atMs < ms) low = middle + 1
    else high = middle
  }
  return low
}

/** What one owner measured around this time, the middle of it: one voice, however many readings. */
const voiceAt = (readings: readonly Reading[], atMs: number, withinMs: number): readonly number[] => {
  const near = readings.slice(firstAfter(readings, atMs - withinMs), firstAfter(readings, atMs + withinMs + 1))
  return near.length === 0 ? [] : [middleOf(near.map(({ value }) => value))]
}

/** @param around - of each other owner nearby, readings of the same quantity in the order of time. */
const neighbours = (
  now: Reading,
  around: readonly (readonly Reading[])[],
  field: FieldRules,
  { neighboursMin, neighbourMs }: QualityRules,
): QualityVerdict | null => {
  if (field.neighbourDiff === undefined || around.length < neighboursMin) return null
  const near = around.flatMap((readings) => voiceAt(readings, now.atMs, neighbourMs))
  if (near.length < neighboursMin) return null
  const measured = Math.abs(now.value - middleOf(near))
  if (measured <= field.neighbourDiff) return null
  const { neighbourDiff: threshold, unit } = field
  const flip = `at most ${threshold} ${unit} from the middle one of ${near.length} neighbours`
  return objection({ code: 'quality/neighbours', rule: 'neighbours', measured, threshold, unit, flip })
}

/**
 * Judges the readings of one quantity of one device, in the order of time: bounds, jump, frozen, neighbours.
 * A refused value is no measure for the next one.
 * @returns one verdict for each reading.
 */
export const judgeReadings = (
  readings: readonly Reading[],
  around: readonly (readonly Reading[])[],
  field: FieldRules,
  rules: QualityRules,
): QualityVerdict[] => {
  let before: Reading | null = null
  let same: Reading | null = null
  return readings.map((now) => {
    if (same === null || same.value !== now.value) same = now
    const refused =
      outOfBounds(now, field) ??
      jump(before, now, field) ??
      frozen(same.atMs, now, field) ??
      neighbours(now, around, field, rules)
    // After a jump the new level is what the next one is compared with: a front that came fast is refused once.
    if (refused === null || refused.rule === 'jump') before = now
    return refused ?? passed
  })
}
