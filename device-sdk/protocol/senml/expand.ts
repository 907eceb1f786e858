import type { SensorBlock } from '../blocks/sensor.ts'
import { senmlValuesMax } from '../limits.ts'
import type { Report } from '../report.ts'
import type { Result } from '../result.ts'
import { fail, ok } from '../result.ts'
import type { Schema, SchemaLookup } from '../schemas.ts'
import { valueOfCell } from '../schemas.ts'
import type { SenmlRecord } from './record.ts'
import { isPrimaryUnit } from './units.ts'

/** RFC 9100: feature 4, secondary units, is 10 + 2^4. Without it the version is 10, and is not said. */
export const secondaryUnitsVersion = 26
/** RFC 8428 section 4.5.3: lower times are relative to now. */
export const relativeTimeMax = 2 ** 28

/** Without base fields, row by row; nulls say nothing. `timed` is false where the report has no time that SenML can say. */
const expandBlock = (block: SensorBlock, schema: Schema, timed: boolean): SenmlRecord[] => {
  const records: SenmlRecord[] = []
  let t = 0
  for (let row = 0; row <= block.stepsS.length; row++) {
    if (row > 0) t += block.stepsS[row - 1] as number
    for (let column = 0; column < block.columns.length; column++) {
      const field = schema.fields[column]
      const v = field === undefined ? null : valueOfCell(block.columns[column]?.[row] ?? null, field)
      if (field === undefined || v === null) continue
      records.push({ n: field[0], u: field[1], ...(timed && t > 0 ? { t } : {}), v })
    }
  }
  return records
}

const valuesIn = (block: SensorBlock): number => block.columns.length * (block.stepsS.length + 1)

/**
 * The readings of a report as one SenML pack (RFC 8428, RFC 9100): value = (cell + offset) * 10^exp, nulls left out, base name
 * `hexfix:<net>:<kid>:`, base version 26 only where a unit is not in the primary registry. Ticks carry no time, so neither do
 * the records. Blocks without a known schema are left out. Empty where nothing was measured.
 * @returns `senml/too-large` past 65 536 values: one bare column of a few bytes can stand for thousands.
 */
export const expandReport = (
  report: Report,
  net: number,
  kid: string,
  schemaOf: SchemaLookup,
): Result<SenmlRecord[]> => {
  const blocks = report.blocks.filter((block): block is SensorBlock => block.type === 'sensor')
  const values = blocks.reduce((sum, block) => sum + valuesIn(block), 0)
  if (values > senmlValuesMax) return fail('senml/too-large', `${values} values, at most ${senmlValuesMax}`)
  const { time } = report
  const timeS = typeof time === 'number' && time >= relativeTimeMax ? time : null
  const records: SenmlRecord[] = []
  for (const block of blocks) {
    const schema = schemaOf(block.schema)
    if (schema === undefined) continue
    for (const record of expandBlock(block, schema, timeS !== null)) records.push(record)
  }
  const [first, ...rest] = records
  if (first === undefined) return ok([])
  const primary = records.every(({ u = '' }) => isPrimaryUnit(u))
  const base: SenmlRecord = {
    bn: `hexfix:${net}:${kid}:`,
    ...(timeS === null ? {} : { bt: timeS }),
    ...(primary ? {} : { bver: secondaryUnitsVersion }),
  }
  return ok([{ ...base, ...first }, ...rest])
}
