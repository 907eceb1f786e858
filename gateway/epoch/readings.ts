import type { Field, Report, Schema } from '../../device-sdk/protocol/index.ts'
import { standardSchemas, valueOfCell } from '../../device-sdk/protocol/index.ts'

/** One row of a sensor block: when it was measured, and its values by name, in the units of the schema. */
export type Row = { readonly atMs: number; readonly values: ReadonlyMap<string, { value: number; unit: string }> }

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
