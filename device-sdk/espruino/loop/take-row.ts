import type { Cell } from '../../protocol/columns.ts'
import { nowMs } from './firmware.ts'
import type { Loop } from './loop.ts'
import { missing } from './rows.ts'
import type { BoardSensor } from './sensor.ts'

/** Reads every sensor, one after the other, and calls `done` when there is a row more; null where one failed. */
export const takeRow = (loop: Loop, done: () => void): void => {
  const rows = loop.rows
  const sensors = loop.sensors
  const batch = rows.times.length
  const row = rows.count
  // A sensor that is still at it: this row is none.
  if (rows.busy) return
  rows.busy = true
  rows.times[row] = nowMs()

  const keep = (columns: (Float64Array | null)[], values: readonly Cell[] | null): void => {
    if (values === null) {
      for (const column of columns) if (column !== null) column[row] = missing
      return
    }
    for (let i = 0; i < values.length; i++) {
      if (i >= columns.length) columns.push(null)
      const value = values[i] as Cell
      let column = columns[i] as Float64Array | null
      if (column === null && value !== null) {
        column = new Float64Array(batch).fill(missing)
        columns[i] = column
      }
      if (column !== null) column[row] = value === null ? missing : value
    }
  }
  const readOne = (sensor: number): void => {
    if (sensor === sensors.length) {
      rows.busy = false
      rows.count = row + 1
      done()
      return
    }
    const next = (values: readonly Cell[] | null): void => {
      keep(rows.cells[sensor] as (Float64Array | null)[], values)
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
