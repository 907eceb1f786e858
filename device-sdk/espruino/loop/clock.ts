import type { CborValue } from '../../protocol/cbor/value.ts'
import type { Sync } from '../../protocol/index.ts'
import type { ClockState } from './clock-state.ts'
import { nowMs } from './firmware.ts'

export type Clock = {
  /** @param askedMs - when the question went out, by `nowMs`. False for an answer that is too late to be of use. */
  set(sync: Sync, askedMs: number): boolean
  /** True where the time is not known, or its error may be over the maximum. */
  asks(): boolean
  /** The time of a report whose first row was taken then, by `nowMs`. */
  timeOf(ms: number): CborValue
}

/** A later answer is ignored: it could have been held back, and its time would be wrong by as much. */
const answerMsMax = 10_000
/** Of the boards' crystals and RC oscillators at the end of their range. */
const driftPpm = 500
const errorMsMax = 30_000

export const openClock = (state: ClockState): Clock => {
  const errorAt = (ms: number): number => state.errorMs + (Math.abs(ms - state.setMs) * driftPpm) / 1_000_000
  return {
    set: (sync, askedMs) => {
      const now = nowMs()
      const tookMs = now - askedMs
      if (tookMs > answerMsMax) return false
      // Its clock was read somewhere on the way: in the middle, give or take half of it.
      state.unixAtZeroMs = sync.nowS * 1000 + sync.ms - (now - tookMs / 2)
      state.setMs = now
      state.errorMs = tookMs / 2
      return true
    },
    asks: () => state.unixAtZeroMs === null || errorAt(nowMs()) > errorMsMax / 2,
    timeOf: (ms) => {
      const unixAtZeroMs = state.unixAtZeroMs
      if (unixAtZeroMs !== null && errorAt(ms) <= errorMsMax) return Math.floor((unixAtZeroMs + ms) / 1000)
      const ticks = Math.max(0, Math.floor(ms - state.startMs))
      return unixAtZeroMs !== null ? [ticks, Math.ceil(errorAt(ms) / 1000)] : [ticks]
    },
  }
}
