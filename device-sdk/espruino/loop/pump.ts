import { openDelivery } from './delivery.ts'
import type { Loop } from './loop.ts'
import { uplinkOf } from './loop.ts'
import { signNext } from './sign-next.ts'
import { openTimekeeper } from './timekeeper.ts'

/** Does what is due: asks for the time, signs, and delivers. */
export const pump = (loop: Loop): void => {
  const board = loop.board
  if (board.key === null || board.trust === null) return
  const isUp = uplinkOf(loop) !== null
  // The time first: a report with it is worth more, and its answer takes ten seconds at most.
  if (isUp && openTimekeeper(loop).ask()) return
  const openSettle = loop.checks.openSettle
  if (openSettle !== null && !loop.settling.isDone && openSettle(loop).works()) return
  if (!loop.signing && loop.unsigned.length > 0) signNext(loop)
  if (isUp) openDelivery(loop).pump()
}
