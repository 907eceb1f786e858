import type { Field, Result, Schema } from '../protocol/index.ts'
import { fail, ok } from '../protocol/index.ts'
import { toCell } from './to-cell.ts'
import type { Conversion } from './units.ts'
import { conversionOf, unitsFor } from './units.ts'

/** Where the field of a schema stands in a record, by field name. A `unit` here goes before one in the header. */
export type Columns = { readonly [field: string]: { readonly header: string; readonly unit?: string } }

/** `skipped` counts the malformed rows, `firstFault` says where the first one is and why. */
export type Measurements = {
  readonly rows: readonly (readonly (number | null)[])[]
  readonly skipped: number
  readonly firstFault: string | null
}
type Column = { readonly field: Field; readonly index: number; readonly conversion: Conversion }

/** What a header without a unit means where records have another custom than the schema. */
const customaryUnits: { readonly [field: string]: string } = { pressure: 'hPa' }
const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i

const readHeader = (line: string) =>
  line.split(',').map((cell) => {
    const [, name = cell, unit] = /^([^()]*?)\s*\(([^()]+)\)$/.exec(cell.trim()) ?? []
    // Trimming also takes a byte order mark.
    return { name: name.trim().toLowerCase(), unit: unit?.trim() }
  })

const findColumns = (line: string, schema: Schema, columns: Columns): Result<Column[]> => {
  const header = readHeader(line)
  const found: Column[] = []
  for (const field of schema.fields) {
    const [name, unit] = field
    const wanted = columns[name]
    const index = header.findIndex((column) => column.name === (wanted?.header ?? name).toLowerCase())
    if (index < 0) {
      if (wanted !== undefined) return fail('sensor/no-columns', `no column ${wanted.header} for ${name}`)
      continue
    }
    const from = wanted?.unit ?? header[index]?.unit ?? customaryUnits[name] ?? unit
    const conversion = conversionOf(from, unit)
    if (conversion === null) {
      return fail('sensor/unknown-unit', `${name} in ${from}; understood: ${unitsFor(unit).join(', ')}`)
    }
    found.push({ field, index, conversion })
  }
  if (found.length > 0) return ok(found)
  return fail(
    'sensor/no-columns',
    `none of ${schema.fields.map(([name]) => name).join(', ')} in "${line.slice(0, 80)}"`,
  )
}

/** @returns undefined where the text is no number, or none that fits a cell. */
const readCell = (text: string, { field, conversion }: Column): number | null | undefined => {
  if (text === '') return null
  if (!decimal.test(text)) return undefined
  const value = conversion.convert?.(Number(text)) ?? Number(text)
  return toCell(value, field[2] - conversion.tens, field[3]) ?? undefined
}

const readRow = (
  line: string,
  width: number,
  columns: readonly Column[],
  schema: Schema,
): (number | null)[] | string => {
  const texts = line.split(',')
  if (texts.length !== width) return `${texts.length} cells, and the header has ${width}`
  const row: (number | null)[] = schema.fields.map(() => null)
  for (const column of columns) {
    const text = (texts[column.index] ?? '').trim()
    const cell = readCell(text, column)
    if (cell === undefined) return `${column.field[0]} is "${text.slice(0, 20)}"`
    row[schema.fields.indexOf(column.field)] = cell
  }
  return row.every((cell) => cell === null) ? 'nothing was measured' : row
}

/**
 * Reads a CSV of measurements: lines of cells with commas between them, without quotes. The first line names the columns
 * as `name` or `name(unit)`, such as `pressure(hPa)`; names are those of the schema's fields in any case, others are
 * passed over. A name alone is in the unit of the schema, but for `pressure`, which is in hPa. An empty cell is null.
 * A row with another number of cells than the header, with a cell that is no decimal number, or with nothing measured is
 * malformed: it is skipped and counted.
 * Errors: sensor/no-columns, sensor/unknown-unit, sensor/no-rows.
 */
export const readRecord = (text: string, schema: Schema, columns: Columns = {}): Result<Measurements> => {
  const lines = text.split(/\r?\n/)
  const [header = ''] = lines
  const found = findColumns(header, schema, columns)
  if (!found.ok) return found
  const width = header.split(',').length
  const rows: (number | null)[][] = []
  let skipped = 0
  let firstFault: string | null = null
  for (const [i, line] of lines.entries()) {
    if (i === 0 || line.trim() === '') continue
    const row = readRow(line, width, found.value, schema)
    if (typeof row !== 'string') {
      rows.push(row)
      continue
    }
    skipped++
    firstFault ??= `line ${i + 1}: ${row}`
  }
  if (rows.length === 0) return fail('sensor/no-rows', firstFault ?? 'only a header')
  return ok({ rows, skipped, firstFault })
}
