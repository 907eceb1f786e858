import { writeSensor } from '../../protocol/blocks/sensor.ts'
import type { CborValue } from '../../protocol/cbor/value.ts'
import type { Cell } from '../../protocol/columns.ts'
import { nowMs } from './firmware.ts'
import type { BoardSensor } from './sensor.ts'

/** What was measured and is not yet in a report: all sensors at the same moments, null where one failed. */
export type Rows = {
  /** Reads every sensor, one after the other; `done` gets how many rows there are then. */
  take(done: (rows: number) => void): void
  /** The blocks of the rows, when the first was taken, by `nowMs`; and the rows are empty again. Null where there is none. */
  cut(): { readonly firstMs: number; readonly blocks: CborValue[] } | null
}

/** Why Float64Array: 8 bytes a cell where an array takes 13 or 26, and it holds every integer that a cell may be. */
const missing = Number.NEGATIVE_INFINITY

export const openRows = (sensors: readonly BoardSensor[], batch: number): Rows => {
  const times = new Float64Array(batch)
  const cells: Float64Array[][] = sensors.map(() => [])
  let count = 0
  let busy = false

  const keep = (sensor: number, row: number, values: readonly Cell[] | null): void => {
    const columns = cells[sensor] as Float64Array[]
    if (values === null) {
      for (const column of columns) column[row] = missing
      return
    }
    for (let i = 0; i < values.length; i++) {
      if (i >= columns.length) columns.push(new Float64Array(batch).fill(missing))
      const value = values[i] as Cell
      ;(columns[i] as Float64Array)[row] = value === null ? missing : value
    }
  }
  const take = (done: (rows: number) => void): void => {
    // A sensor that is still at it, or a batch that nobody fetched: this row is none.
    if (busy || count === batch) return
    busy = true
    const row = count
    times[row] = nowMs()
    const readOne = (sensor: number): void => {
      if (sensor === sensors.length) {
        busy = false
        count = row + 1
        done(count)
        return
      }
      const next = (values: readonly Cell[] | null): void => {
        keep(sensor, row, values)
        readOne(sensor + 1)
      }
      try {
        ;(sensors[sensor] as BoardSensor).read(next)
      } catch (_error) {
        next(null)
      }
    }
    readOne(0)
  }
  const steps = (): number[] => {
    const list: number[] = []
    const first = times[0] as number
    // Rounded from the first row on, so that no error adds up.
    const at = (row: number): number => Math.round(((times[row] as number) - first) / 1000)
    for (let row = 1; row < count; row++) list.push(at(row) - at(row - 1))
    return list
  }
  const columnOf = (column: Float64Array): Cell[] => {
    const list: Cell[] = []
    for (let row = 0; row < count; row++) list.push(column[row] === missing ? null : (column[row] as number))
    return list
  }
  return {
    take,
    cut: () => {
      if (count === 0) return null
      const blocks: CborValue[] = []
      const stepsS = steps()
      for (let i = 0; i < sensors.length; i++) {
        const columns = cells[i] as Float64Array[]
        // A sensor that has never answered has no columns, and a block has one at least.
        if (columns.length === 0) continue
        blocks.push(
          writeSensor({
            type: 'sensor',
            schema: (sensors[i] as BoardSensor).schema,
            stepsS,
            columns: columns.map(columnOf),
          }),
        )
      }
      count = 0
      return { firstMs: times[0] as number, blocks }
    },
  }
}
