import { uptime } from 'node:os'
import type { CborValue, HeartbeatBlock } from '../protocol/index.ts'
import { boardKey, updatesKey } from '../protocol/index.ts'
import type { BootCounter } from './boot-counter.ts'
import type { Outbox } from './outbox.ts'
import type { Firmware } from './update/firmware.ts'

const everyMs = 3_600_000
/** Drops are told sooner, and not with every report. */
const droppedMs = 60_000
type Running = Pick<Firmware, 'board' | 'sequence' | 'bundles'>

const saidOf = ({ board, sequence, bundles }: Running): Partial<HeartbeatBlock> => {
  const more: [number, CborValue][] = [[boardKey, board]]
  // Only where there are none: two bytes.
  if (bundles === null) more.push([updatesKey, false])
  return { firmware: sequence, more }
}

/**
 * When a heartbeat is due: with the first report, hourly, when reports were dropped, and as soon as it is sure how far the
 * previous boot went. Why not at once: reports of a boot that no gateway ever saw may be signed again under another.
 */
export const openPulse = (outbox: Outbox, counter: BootCounter, firmware?: Running) => {
  let end = outbox.last
  const isSent = end !== null && end.boot <= counter.confirmed()
  let endTold = false
  let droppedTold = 0
  let toldMs = Number.NEGATIVE_INFINITY

  /** A clock that nobody sets: one that was 12 years ahead would be silent for as long. */
  const beat = (): HeartbeatBlock => {
    const sure = end !== null && end.boot <= counter.confirmed() ? end : null
    toldMs = performance.now()
    droppedTold = outbox.dropped()
    endTold ||= sure !== null
    const previousBoot = sure === null ? {} : { previousBoot: [sure.boot, sure.seq] as const }
    return {
      type: 'heartbeat',
      uptimeS: Math.floor(uptime()),
      dropped: droppedTold,
      ...(firmware === undefined ? {} : saidOf(firmware)),
      ...previousBoot,
    }
  }

  return {
    beat,
    /** What was never sent was signed again under another boot: its old one ended nowhere. */
    moved: (): void => {
      if (!isSent) end = null
    },
    due: (): HeartbeatBlock[] => {
      const nowMs = performance.now()
      const isSure = end !== null && end.boot <= counter.confirmed()
      const isDue =
        nowMs - toldMs >= everyMs ||
        (isSure && !endTold) ||
        (outbox.dropped() !== droppedTold && nowMs - toldMs >= droppedMs)
      return isDue ? [beat()] : []
    },
  }
}
