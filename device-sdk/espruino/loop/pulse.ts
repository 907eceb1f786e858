import { heartbeatBlock } from '../../protocol/blocks/heartbeat.ts'
import type { CborKey, CborValue } from '../../protocol/cbor/value.ts'
import type { Board } from './board.ts'
import type { Clock } from './clock.ts'
import { nowMs } from './firmware.ts'

const everyMs = 3_600_000

/** Keys of the heartbeat that an app adds, as docs/protocol.md numbers them: 1 supply mV, 4 temperature of the board. */
export type MoreHeartbeat = () => [CborKey, CborValue][]

/** A heartbeat when one is due: with the first report of a boot, hourly, and after reports were dropped. */
export const openPulse = (board: Board, clock: Clock, more: MoreHeartbeat | null): (() => CborValue | null) => {
  let toldMs = Number.NEGATIVE_INFINITY
  let droppedTold = 0
  return () => {
    if (nowMs() - toldMs < everyMs && board.dropped === droppedTold) return null
    toldMs = nowMs()
    droppedTold = board.dropped
    let entries: [CborKey, CborValue][] = [
      [0, clock.uptimeS()],
      [2, board.config.firmware],
      [8, board.dropped],
      [11, board.config.board],
    ]
    if (board.previous !== null) entries.push([10, board.previous])
    if (more !== null) entries = entries.concat(more())
    return [heartbeatBlock, { entries }]
  }
}
