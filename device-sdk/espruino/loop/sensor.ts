/**
 * A sensor on a board. `read` calls `done` once, with the raw cells of its schema in their order, or with null where the sensor
 * fails: it may be well the next time.
 */
export type BoardSensor = {
  readonly schema: number
  read(done: (cells: readonly (number | null)[] | null) => void): void
}
