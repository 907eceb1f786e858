import type { Result } from '../protocol/index.ts'

/**
 * One row of a schema. Cells are raw integers in the schema's fixed point, in the order of its fields, null where nothing
 * was measured; `timeS` is Unix time in seconds, or null where whoever reads has the better clock.
 */
export type Reading = {
  readonly schema: number
  readonly timeS: number | null
  readonly cells: readonly (number | null)[]
}

/** What can be measured. `read` never rejects: a sensor that fails now may be well the next time, and says so in a Result. */
export type Sensor = {
  readonly name: string
  readonly schema: number
  read(): Promise<Result<Reading>>
  close(): Promise<void>
}
