import type { CborValue } from '../cbor/value.ts'
import { isInt, isList, isUint } from '../cbor/value.ts'
import type { Cell } from '../columns.ts'
import { readColumn, readFullColumn, writeColumn } from '../columns.ts'
import { columnsMax, rowsMax } from '../limits.ts'

/** n readings of one schema. `stepsS` has the n - 1 steps between rows in seconds; `columns[field][row]` are raw cells. */
export type SensorBlock = {
  readonly type: 'sensor'
  readonly schema: number
  readonly stepsS: readonly number[]
  readonly columns: readonly (readonly Cell[])[]
}

export const writeSensor = (block: SensorBlock): CborValue => {
  const rows = block.stepsS.length + 1
  const columns = block.columns.map(writeColumn)
  const start: CborValue[] = rows === 1 ? [block.schema] : [block.schema, [rows, writeColumn(block.stepsS)]]
  return start.concat(columns)
}

const readSteps = (rows: CborValue): number[] | null => {
  if (!isList(rows) || rows.length !== 2) return null
  const n = rows[0]
  if (!isUint(n) || n < 2 || n > rowsMax) return null
  const steps = readFullColumn(rows[1], n - 1)
  if (steps === null || steps.some((step) => step < 0)) return null
  return isInt(steps.reduce((sum, step) => sum + step, 0)) ? steps : null
}

export const readSensor = (block: readonly CborValue[]): SensorBlock | null => {
  const schema = block[0]
  const second = block[1]
  if (!isUint(schema)) return null
  const stepsS = isList(second) ? readSteps(second) : []
  if (stepsS === null) return null
  const raw = block.slice(isList(second) ? 2 : 1)
  if (raw.length < 1 || raw.length > columnsMax) return null
  const columns: Cell[][] = []
  for (const column of raw) {
    const cells = readColumn(column, stepsS.length + 1)
    if (cells === null) return null
    columns.push(cells)
  }
  return { type: 'sensor', schema, stepsS, columns }
}
