import { uptime } from 'node:os'
import type { HeartbeatBlock } from '../protocol/index.ts'
import type { BootCounter } from './boot-counter.ts'
import type { Outbox } from './outbox.ts'

const everyMs = 3_600_000
/** Drops are told sooner, and not with every report. */
const droppedMs = 60_000

/**
 * When a heartbeat is due: with the first report, hourly, when reports were dropped, and as soon as it is sure how far the
 * previous boot went. Why not at once: reports of a boot that no gateway ever saw may be signed again under another.
 */
export const openPulse = (outbox: Outbox, counter: BootCounter) => {
  let end = outbox.last
  const isSent = end !== null && end.boot <= counter.confirmed()
  let endTold = false
  let droppedTold = 0
  let toldMs = Number.NEGATIVE_INFINITY

  return {
    /** What was never sent was signed again under another boot: its old one ended nowhere. */
    moved: (): void => {
      if (!isSent) end = null
    },
    due: (): HeartbeatBlock[] => {
      // A clock that nobody sets: one that was 12 years ahead would be silent for as long.
      const nowMs = performance.now()
      const sure = end !== null && end.boot <= counter.confirmed() ? end : null
      const dropped = outbox.dropped()
      const isDue =
        nowMs - toldMs >= everyMs ||
        (sure !== null && !endTold) ||
        (dropped !== droppedTold && nowMs - toldMs >= droppedMs)
      if (!isDue) return []
      toldMs = nowMs
      droppedTold = dropped
      endTold ||= sure !== null
      const previousBoot = sure === null ? {} : { previousBoot: [sure.boot, sure.seq] as const }
      return [{ type: 'heartbeat', uptimeS: Math.floor(uptime()), dropped, ...previousBoot }]
    },
  }
}
