import type { Block } from '../protocol/index.ts'
import type { Reading } from '../sensors/index.ts'

export type TimedReading = Reading & { readonly timeS: number }

/** Readings of one schema in rising time, as one block: a signature is paid once for all of them. */
export const sensorBlock = (readings: readonly TimedReading[]): Block => {
  const [first] = readings
  if (first === undefined) throw new Error('a block holds at least one reading')
  return {
    type: 'sensor',
    schema: first.schema,
    stepsS: readings.slice(1).map((reading, i) => reading.timeS - (readings[i] as TimedReading).timeS),
    columns: first.cells.map((_, field) => readings.map((reading) => reading.cells[field] ?? null)),
  }
}
