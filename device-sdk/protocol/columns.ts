import type { CborValue } from './cbor/value.ts'
import { isInt, isList } from './cbor/value.ts'

export type Cell = number | null

const asInt = (value: number): number => {
  if (!isInt(value))
    throw new Error(`${value} is not an integer within 53 bits: no cell or step of a column can hold it`)
  return value
}

/**
 * A column of n cells: bare where all are equal (all null included), otherwise the first non-null value and then deltas to
 * the last non-null one. A null leaves the running value: `[null, 5, null, 1]` reads null, 5, null, 6.
 */
export const writeColumn = (cells: readonly Cell[]): CborValue => {
  const first = cells[0] as Cell
  if (cells.every((cell) => cell === first)) return first === null ? null : asInt(first)
  let last = 0
  return cells.map((cell) => {
    if (cell === null) return null
    const delta = asInt(cell - last)
    last = asInt(cell)
    return delta
  })
}

/** @returns the n cells, or null where the column is not exactly as `writeColumn` would write it. Sums stay within 53 bits. */
export const readColumn = (column: CborValue | undefined, n: number): Cell[] | null => {
  if (column === null || isInt(column)) return new Array<Cell>(n).fill(column)
  if (!isList(column) || column.length !== n || n < 2) return null
  const cells: Cell[] = []
  let last = 0
  for (const delta of column) {
    if (delta === null) {
      cells.push(null)
      continue
    }
    if (!isInt(delta) || !isInt(last + delta)) return null
    last += delta
    cells.push(last)
  }
  return cells.every((cell) => cell === cells[0]) ? null : cells
}

/** A column in which every row has a value. */
export const readFullColumn = (column: CborValue | undefined, n: number): number[] | null => {
  const cells = readColumn(column, n)
  return cells?.every((cell) => cell !== null) === true ? (cells as number[]) : null
}
