import type { QualityVerdict } from './finding.ts'
import { objection, passed } from './finding.ts'
import type { QualityRules } from './rules.ts'

/** What an energy meter told: its cumulative counter, and the power at that moment where it has one. */
export type MeterReading = { readonly atMs: number; readonly energyWh: number; readonly powerW: number | null }

const hourMs = 3_600_000

/** A cumulative meter never falls. */
const meterFell = (before: MeterReading | null, now: MeterReading): QualityVerdict | null => {
  if (before === null || now.energyWh >= before.energyWh) return null
  const flip = `at least ${before.energyWh} Wh, as before`
  const [measured, threshold] = [now.energyWh, before.energyWh]
  return objection({ code: 'quality/meter-fell', rule: 'meter-fell', measured, threshold, unit: 'Wh', flip })
}

/** What the counter gained agrees with the mean of the power at both ends. */
const slope = (before: MeterReading | null, now: MeterReading, { energy }: QualityRules): QualityVerdict | null => {
  if (before === null || before.powerW === null || now.powerW === null) return null
  const expected = (((before.powerW + now.powerW) / 2) * (now.atMs - before.atMs)) / hourMs
  const measured = Math.abs(now.energyWh - before.energyWh - expected)
  const threshold = energy.slopeWh + energy.slopePart * Math.abs(expected)
  if (measured <= threshold) return null
  const flip = `a counter within ${Math.round(threshold * 10) / 10} Wh of what the power says`
  return objection({ code: 'quality/slope', rule: 'slope', measured, threshold, unit: 'Wh', flip })
}

/** Judges a meter's readings in the order of time. A counter that fell is no measure for the next one. */
export const judgeMeter = (readings: readonly MeterReading[], rules: QualityRules): QualityVerdict[] => {
  let before: MeterReading | null = null
  return readings.map((now) => {
    const fell = meterFell(before, now)
    const refused = fell ?? slope(before, now, rules)
    if (fell === null) before = now
    return refused ?? passed
  })
}
