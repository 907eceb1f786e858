import { equalBytes } from '../../protocol/bytes.ts'
import type { ReceiptEntry } from '../../protocol/index.ts'
import { mtypes } from '../../protocol/sign1.ts'
import type { Board } from './board.ts'
import { nowMs, toBytes } from './firmware.ts'
import type { Uplink } from './link.ts'
import type { Outbox } from './outbox.ts'

/** A report without a receipt is sent again: after this, and after twice as long each time, up to the maximum. */
const receiptMsMin = 15_000
const receiptMsMax = 240_000
const signatureBytes = 64

/** Takes the outbox to a gateway, the oldest report first, one at a time. */
export type Delivery = {
  pump(): void
  /** @param proven - a pinned gateway signed it: then the report may go. Without that it is advice: the report is marked, and kept. */
  settle(entries: readonly ReceiptEntry[], proven: boolean): void
}

export const openDelivery = (board: Board, outbox: Outbox, uplink: () => Uplink | null): Delivery => {
  let sent = ''
  let sentMs = 0
  let patienceMs = receiptMsMin

  const pump = (): void => {
    const over = uplink()
    if (over === null || board.key === null || board.trust === null) return
    const next = outbox.next()
    if (next === null) return
    if (next.name === sent) {
      if (nowMs() - sentMs < patienceMs) return
      patienceMs = Math.min(2 * patienceMs, receiptMsMax)
    } else patienceMs = receiptMsMin
    sent = next.name
    sentMs = nowMs()
    outbox.sent(next.name)
    over.send(mtypes.report, next.message)
  }
  return {
    pump,
    settle: (entries, proven) => {
      for (const entry of entries) {
        const found = typeof entry.boot === 'number' ? outbox.find(entry.boot, entry.seq) : null
        if (found === null) continue
        const payload = toBytes(found.message.slice(0, found.message.length - signatureBytes))
        if (!equalBytes(board.crypto.sha256(payload).subarray(0, 8), entry.digest)) continue
        if (proven) outbox.remove(found.name)
        else outbox.delivered(found.name)
      }
      pump()
    },
  }
}
