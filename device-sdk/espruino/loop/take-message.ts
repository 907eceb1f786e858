import type { ReceiptEntry } from '../../protocol/index.ts'
import { readReceipt } from '../../protocol/receipt.ts'
import { mtypes } from '../../protocol/sign1.ts'
import { acceptsProof } from './accepts.ts'
import { openDelivery } from './delivery.ts'
import type { Down } from './down.ts'
import { readDown } from './down.ts'
import type { Loop } from './loop.ts'
import { wake } from './loop.ts'
import { obey } from './obey.ts'
import { openTimekeeper } from './timekeeper.ts'

const settle = (loop: Loop, payload: Uint8Array, proven: boolean): void => {
  const receipt = readReceipt(payload)
  if (!receipt.ok) return
  const entries = receipt.value as ReceiptEntry[]
  openDelivery(loop).settle(entries, proven)
  if (proven && loop.update !== null && acceptsProof(loop, entries)) loop.update.accepted()
}

const act = (loop: Loop, mtype: number, down: Down): void => {
  if (mtype === mtypes.sync) {
    const sync = openTimekeeper(loop).take(down)
    const openSettle = loop.checks.openSettle
    if (sync !== null && openSettle !== null) openSettle(loop).take(typeof sync.boot === 'number' ? sync.boot : 0)
    wake(loop)
  } else if (mtype === mtypes.receipt) settle(loop, down.payload, down.proven)
  else if (down.proven && (mtype === mtypes.command || mtype === mtypes.update)) obey(loop, mtype, down.payload)
}

/** A message that came for this board, as the gateway made it. */
export const takeMessage = (loop: Loop, mtype: number, message: Uint8Array): void => {
  const checkLate = loop.checks.checkLate
  const proven = (payload: Uint8Array): void => act(loop, mtype, { payload, proven: true })
  if (checkLate?.(loop, mtype, message, proven) === true) return
  const down = readDown(loop.board, mtype, message)
  if (down !== null) act(loop, mtype, down)
}
