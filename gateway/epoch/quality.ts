import type { Report } from '../../device-sdk/protocol/index.ts'
import type { QualityRules, QualityVerdict, Reading } from '../coverage/index.ts'
import { hoursOf, judgeMeter, judgeReadings, qualityOf } from '../coverage/index.ts'
import type { Whereabouts } from './neighbours.ts'
import { neighbourhoodOf } from './neighbours.ts'
import type { Row } from './readings.ts'
import { measuredOf, rowsOf } from './readings.ts'

/** A counted report with the time of its receipt. */
export type Counted = { readonly report: Report; readonly receivedMs: number }
/** Of a quantity, what other owners nearby measured. */
type Around = (field: string) => readonly (readonly Reading[])[]
/** From the close of the epoch before to the close of this one, in ms since 1970. */
export type Span = { readonly fromMs: number; readonly toMs: number }

const paceMs = { min: 1_000, max: 3_600_000 }

const byTime = (a: { readonly atMs: number }, b: { readonly atMs: number }): number => a.atMs - b.atMs

/** How often a device measures: the middle one of the steps between its readings, a second to an hour. */
const paceOf = (rows: readonly Row[]): number => {
  const steps = rows.slice(1).map(({ atMs }, i) => atMs - (rows[i]?.atMs ?? atMs))
  const middle = steps.toSorted((a, b) => a - b)[steps.length >> 1] ?? paceMs.max
  return Math.min(paceMs.max, Math.max(paceMs.min, middle))
}

/** A row passes where none of its values is refused. */
const judgeWeather = (rows: readonly Row[], rules: QualityRules, around: Around): QualityVerdict[] => {
  const verdicts: (QualityVerdict | undefined)[] = rows.map(() => undefined)
  for (const [name, field] of Object.entries(rules.fields).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const measured = measuredOf(rows, name, field.unit)
    const readings = measured.map(({ reading }) => reading)
    const judged = judgeReadings(readings, around(name), field, rules)
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
type Judged = keyof typeof judges

/** The rows of a device in one schema in the order of time; null where it delivered none, also outside of the span. */
const rowsIn = (counted: readonly Counted[], schema: Judged, { fromMs, toMs }: Span): Row[] | null => {
  const all = counted.flatMap(({ report, receivedMs }) => rowsOf(report, receivedMs, schema))
  return all.length === 0 ? null : all.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).sort(byTime)
}

/**
 * How good what each device delivered in an epoch is, 0 to 1: weather and energy meters are judged, the worse of both counts.
 * A device of which the rules say nothing is not in it.
 */
export const qualitiesOf = (
  readings: ReadonlyMap<string, readonly Counted[]>,
  span: Span,
  where: Whereabouts,
  rules: QualityRules,
): Map<string, number> => {
  const rows = (schema: Judged): Map<string, Row[]> =>
    new Map(
      [...readings].flatMap(([kid, counted]) => {
        const own = rowsIn(counted, schema, span)
        return own === null ? [] : [[kid, own] as const]
      }),
    )
  const [weather, energy] = [rows('weather'), rows('energy')]
  const neighbourhood = neighbourhoodOf(weather, where, rules)
  const factors = new Map<string, number>()
  for (const [schema, devices] of [
    ['weather', weather],
    ['energy', energy],
  ] as const) {
    for (const [kid, own] of devices) {
      const verdicts = judges[schema](own, rules, (field) => neighbourhood(kid, field))
      const times = own.map(({ atMs }) => ({ atMs, value: 0 }))
      const factor = qualityOf(hoursOf({ readings: times, verdicts, everyMs: paceOf(own), ...span }, rules))
      factors.set(kid, Math.min(factor, factors.get(kid) ?? 1))
    }
  }
  return factors
}
