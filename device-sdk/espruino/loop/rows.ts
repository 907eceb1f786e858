/** What was measured and is not yet in a report: all sensors at the same moments. */
export type Rows = {
  /** How many rows there are. */
  count: number
  /** A row is being read. */
  busy: boolean
  /** When each was taken, by `nowMs`. */
  readonly times: Float64Array
  /**
   * Of each sensor, a column for each field; none before it has answered once. `missing` where a cell is null; null where no cell ever
   * was anything else, as of a field that the part does not measure.
   */
  readonly cells: readonly (Float64Array | null)[][]
}

/** Why Float64Array: 8 bytes a cell where an array takes 13 or 26, and it holds every integer that a cell may be. */
export const missing = Number.NEGATIVE_INFINITY
