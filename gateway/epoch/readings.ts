import type { Field, Report, Schema } from '../../device-sdk/protocol/index.ts'
import { standardSchemas, valueOfCell } from '../../device-sdk/protocol/index.ts'
import type { Reading } from '../coverage/index.ts'

/** One row of a sensor block: when it was measured, and its values by name, in the units of the schema. */
export type Row = { readonly atMs: number; readonly values: ReadonlyMap<string, { value: number; unit: string }> }

const pascalsInHectopascal = 100

/** In this unit; null where the sensor's is another. */
const inUnit = (measured: { value: number; unit: string } | undefined, unit: string): number | null => {
  if (measured === undefined) return null
  if (measured.unit === unit) return measured.value
  return measured.unit === 'Pa' && unit === 'hPa' ? measured.value / pascalsInHectopascal : null
}

/** What rows say of one quantity, in this unit, each with the row in which it stands. */
export const measuredOf = (
  rows: readonly Row[],
  name: string,
  unit: string,
): { readonly row: number; readonly reading: Reading }[] =>
  rows.flatMap(({ atMs, values }, row) => {
    const value = inUnit(values.get(name), unit)
    return value === null ? [] : [{ row, reading: { atMs, value } }]
  })

/** The rows of a report in one standard schema. A report without a clock is dated by its receipt. */
export const rowsOf = (report: Report, receivedMs: number, schemaName: string): Row[] => {
  const schema = standardSchemas.find(({ name }) => name === schemaName)
  const startMs = typeof report.time === 'number' ? report.time * 1000 : receivedMs
  return schema === undefined
    ? []
    : report.blocks.flatMap((block) =>
        block.type === 'sensor' && block.schema === schema.id ? rowsIn(block, schema, startMs) : [],
      )
}

type SensorBlock = Extract<Report['blocks'][number], { readonly type: 'sensor' }>

const rowsIn = ({ stepsS, columns }: SensorBlock, { fields }: Schema, startMs: number): Row[] => {
  let atMs = startMs
  return [0, ...stepsS].map((stepS, row) => {
    atMs += stepS * 1000
    const named = fields.flatMap((field: Field, i) => {
      const value = valueOfCell(columns[i]?.[row] ?? null, field)
      return value === null ? [] : [[field[0], { value, unit: field[1] }] as const]
    })
    return { atMs, values: new Map(named) }
  })
}
