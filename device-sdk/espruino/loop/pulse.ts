import { boardKey, heartbeatBlock, updatesKey } from '../../protocol/blocks/heartbeat.ts'
import type { CborKey, CborValue } from '../../protocol/cbor/value.ts'
import { nowMs } from './firmware.ts'
import type { Loop } from './loop.ts'

const everyMs = 3_600_000

/** A heartbeat when one is due: with the first report of a boot, hourly, and after reports were dropped. Null where none is. */
export const takePulse = (loop: Loop): CborValue | null => {
  const board = loop.board
  const last = loop.pulse
  if (nowMs() - last.ms < everyMs && board.dropped === last.dropped) return null
  last.ms = nowMs()
  last.dropped = board.dropped
  let entries: [CborKey, CborValue][] = [
    [0, Math.floor((nowMs() - loop.clock.startMs) / 1000)],
    [2, board.config.firmware],
    [8, board.dropped],
    [boardKey, board.config.board],
  ]
  // Only where there are none: two bytes.
  if (loop.update === null) entries.push([updatesKey, false])
  if (board.previous !== null) entries.push([10, board.previous])
  if (loop.heartbeat !== null) entries = entries.concat(loop.heartbeat())
  return [heartbeatBlock, { entries }]
}
