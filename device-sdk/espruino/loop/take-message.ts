import type { ReceiptEntry } from '../../protocol/index.ts'
import { readReceipt } from '../../protocol/receipt.ts'
import { mtypes } from '../../protocol/sign1.ts'
import { openDelivery } from './delivery.ts'
import { readDown } from './down.ts'
import type { Loop } from './loop.ts'
import { wake } from './loop.ts'
import { openTimekeeper } from './timekeeper.ts'

const acceptedVerdict = 0

const settle = (loop: Loop, entries: readonly ReceiptEntry[], proven: boolean): void => {
  openDelivery(loop).settle(entries, proven)
  const update = loop.update
  const proof = loop.proof
  if (!proven || update === null || proof === null) return
  for (const entry of entries) {
    const isProof = entry.boot === proof.boot && entry.seq === proof.seq
    if (isProof && entry.verdict === acceptedVerdict) update.accepted()
  }
}

/** A message that came for this board, as the gateway made it. */
export const takeMessage = (loop: Loop, mtype: number, message: Uint8Array): void => {
  const down = readDown(loop.board, mtype, message)
  if (down === null) return
  const obeys = loop.obeys
  if (mtype === mtypes.sync) {
    const sync = openTimekeeper(loop).take(down)
    if (sync !== null && obeys !== null) obeys.openSettle(loop).take(typeof sync.boot === 'number' ? sync.boot : 0)
    wake(loop)
  } else if (mtype === mtypes.receipt) {
    const receipt = readReceipt(down.payload)
    if (receipt.ok) settle(loop, receipt.value as ReceiptEntry[], down.proven)
  } else if (down.proven && obeys !== null && (mtype === mtypes.command || mtype === mtypes.update))
    obeys.obey(loop, mtype, down.payload)
}
