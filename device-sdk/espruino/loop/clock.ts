import type { CborValue } from '../../protocol/cbor/value.ts'
import type { Sync } from '../../protocol/index.ts'
import { nowMs } from './firmware.ts'

/** Unix time from what a gateway said, with a bound of its error; until then, milliseconds since the start. */
export type Clock = {
  /** @param askedMs - when the question went out, by `nowMs`. False for an answer that is too late to be of use. */
  set(sync: Sync, askedMs: number): boolean
  /** True where the time is not known, or its error may be over the maximum. */
  asks(): boolean
  /** The time of a report whose first row was taken then, by `nowMs`. */
  timeOf(ms: number): CborValue
  uptimeS(): number
}

/** A later answer is ignored: it could have been held back, and its time would be wrong by as much. */
const answerMsMax = 10_000
/** Of the boards' crystals and RC oscillators at the end of their range. */
const driftPpm = 500
const errorMsMax = 30_000

export const openClock = (startMs: number): Clock => {
  let unixAtZeroMs: number | null = null
  let setMs = 0
  let errorMs = 0
  const errorAt = (ms: number): number => errorMs + (Math.abs(ms - setMs) * driftPpm) / 1_000_000
  return {
    set: (sync, askedMs) => {
      const now = nowMs()
      const tookMs = now - askedMs
      if (tookMs > answerMsMax) return false
      // Its clock was read somewhere on the way: in the middle, give or take half of it.
      unixAtZeroMs = sync.nowS * 1000 + sync.ms - (now - tookMs / 2)
      setMs = now
      errorMs = tookMs / 2
      return true
    },
    asks: () => unixAtZeroMs === null || errorAt(nowMs()) > errorMsMax / 2,
    timeOf: (ms) => {
      if (unixAtZeroMs !== null && errorAt(ms) <= errorMsMax) return Math.floor((unixAtZeroMs + ms) / 1000)
      const ticks = Math.max(0, Math.floor(ms - startMs))
      return unixAtZeroMs !== null ? [ticks, Math.ceil(errorAt(ms) / 1000)] : [ticks]
    },
    uptimeS: () => Math.floor((nowMs() - startMs) / 1000),
  }
}
