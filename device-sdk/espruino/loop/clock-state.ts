/** Unix time from what a gateway said, with a bound of its error; until then, milliseconds since the start. */
export type ClockState = {
  readonly startMs: number
  /** Null until the time is known. */
  unixAtZeroMs: number | null
  setMs: number
  errorMs: number
}
