import type { Report } from '../../device-sdk/protocol/index.ts'
import type { QualityRules, QualityVerdict, Reading } from '../coverage/index.ts'
import { hoursOf, judgeMeter, judgeReadings, qualityOf } from '../coverage/index.ts'
import type { Row } from './readings.ts'
import { rowsOf } from './readings.ts'

/** A counted report with the time of its receipt. */
export type Counted = { readonly report: Report; readonly receivedMs: number }
/** From the close of the epoch before to the close of this one, in ms since 1970. */
export type Span = { readonly fromMs: number; readonly toMs: number }

const pascalsInHectopascal = 100
const paceMs = { min: 1_000, max: 3_600_000 }

/** In the rules' unit; null where the sensor's is another. */
const inUnit = (measured: { value: number; unit: string } | undefined, unit: string): number | null => {
  if (measured === undefined) return null
  if (measured.unit === unit) return measured.value
  return measured.unit === 'Pa' && unit === 'hPa' ? measured.value / pascalsInHectopascal : null
}

const byTime = (a: { readonly atMs: number }, b: { readonly atMs: number }): number => a.atMs - b.atMs

/** How often a device measures: the middle one of the steps between its readings, a second to an hour. */
const paceOf = (rows: readonly Row[]): number => {
  const steps = rows.slice(1).map(({ atMs }, i) => atMs - (rows[i]?.atMs ?? atMs))
  const middle = steps.toSorted((a, b) => a - b)[steps.length >> 1] ?? paceMs.max
  return Math.min(paceMs.max, Math.max(paceMs.min, middle))
}

/** A row passes where none of its values is refused. */
const judgeWeather = (rows: readonly Row[], rules: QualityRules): QualityVerdict[] => {
  const verdicts: (QualityVerdict | undefined)[] = rows.map(() => undefined)
  for (const [name, field] of Object.entries(rules.fields).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const measured = rows.flatMap(({ atMs, values }, row) => {
      const value = inUnit(values.get(name), field.unit)
      return value === null ? [] : [{ row, reading: { atMs, value } satisfies Reading }]
    })
    const judged = judgeReadings(
      measured.map(({ reading }) => reading),
      [],
      field,
      rules,
    )
    for (const [i, { row }] of measured.entries()) {
      const before = verdicts[row]
      if (before === undefined || before.code === 'accepted') verdicts[row] = judged[i]
    }
  }
  // What holds no value that the rules know is no good reading.
  return verdicts.map((verdict) => verdict ?? nothingMeasured)
}

const nothingMeasured: QualityVerdict = { code: 'quality/out-of-bounds', rule: 'bounds', flip: 'a measured value' }

const judgeEnergy = (rows: readonly Row[], rules: QualityRules): QualityVerdict[] => {
  const measured = rows.flatMap(({ atMs, values }, row) => {
    const energyWh = values.get('energy')?.value
    const powerW = values.get('power')?.value ?? null
    return energyWh === undefined ? [] : [{ row, meter: { atMs, energyWh, powerW } }]
  })
  const judged = judgeMeter(
    measured.map(({ meter }) => meter),
    rules,
  )
  const byRow = new Map(measured.map(({ row }, i) => [row, judged[i]]))
  return rows.map((_row, i) => byRow.get(i) ?? nothingMeasured)
}

const judges = { weather: judgeWeather, energy: judgeEnergy } as const

/**
 * How good what a device delivered in an epoch is, 0 to 1: weather and energy meters are judged, the worse of both counts.
 * @returns null for a device of which the rules say nothing.
 */
export const qualityOfReports = (counted: readonly Counted[], span: Span, rules: QualityRules): number | null => {
  const factors = (['weather', 'energy'] as const).flatMap((schema) => {
    const rows = counted
      .flatMap(({ report, receivedMs }) => rowsOf(report, receivedMs, schema))
      .filter(({ atMs }) => atMs >= span.fromMs && atMs < span.toMs)
      .sort(byTime)
    if (rows.length === 0 && !counted.some(({ report, receivedMs }) => rowsOf(report, receivedMs, schema).length > 0))
      return []
    const verdicts = judges[schema](rows, rules)
    const readings = rows.map(({ atMs }) => ({ atMs, value: 0 }))
    return [qualityOf(hoursOf({ readings, verdicts, everyMs: paceOf(rows), ...span }, rules))]
  })
  return factors.length === 0 ? null : Math.min(...factors)
}
