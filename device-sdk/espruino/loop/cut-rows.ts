import { encode } from '../../protocol/cbor/encode.ts'
import { encodeList } from '../../protocol/cbor/encode-list.ts'
import type { Cell } from '../../protocol/columns.ts'
import { writeColumn } from '../../protocol/columns.ts'
import type { Batch, Loop } from './loop.ts'
import { missing } from './rows.ts'
import type { BoardSensor } from './sensor.ts'

/**
 * Makes of the rows the blocks of a report, and leaves none. A block is that of `writeSensor`. Why in CBOR, column by column: 60 rows
 * as numbers fill the memory of a small board.
 */
export const cutRows = (loop: Loop): Batch => {
  const rows = loop.rows
  const times = rows.times
  const count = rows.count
  const first = times[0] as number
  // Rounded from the first row on, so that no error adds up.
  const at = (row: number): number => Math.round(((times[row] as number) - first) / 1000)
  const steps = (): Uint8Array => {
    const list: number[] = []
    for (let row = 1; row < count; row++) list.push(at(row) - at(row - 1))
    return encode([count, writeColumn(list)])
  }
  const cellsOf = (column: Float64Array | null): Uint8Array => {
    if (column === null) return encode(null)
    const list: Cell[] = []
    for (let row = 0; row < count; row++) list.push(column[row] === missing ? null : (column[row] as number))
    return encode(writeColumn(list))
  }
  const blocks: Uint8Array[] = []
  for (let i = 0; i < loop.sensors.length; i++) {
    const columns = rows.cells[i] as (Float64Array | null)[]
    // A sensor that has never answered has no columns, and a block has one at least.
    if (columns.length === 0) continue
    const items = [encode((loop.sensors[i] as BoardSensor).schema)]
    if (count > 1) items.push(steps())
    for (const column of columns) items.push(cellsOf(column))
    blocks.push(encodeList(items))
  }
  rows.count = 0
  return { firstMs: first, blocks }
}
