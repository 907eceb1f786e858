import { equalBytes } from '../../protocol/bytes.ts'
import type { ReceiptEntry } from '../../protocol/index.ts'
import { mtypes } from '../../protocol/sign1.ts'
import { nowMs, toBytes } from './firmware.ts'
import type { Loop } from './loop.ts'
import { uplinkOf } from './loop.ts'
import { openOutbox } from './outbox.ts'

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

export const openDelivery = (loop: Loop): Delivery => {
  const board = loop.board
  const sent = loop.sent
  const outbox = openOutbox(board.config.outboxBytes)

  const pump = (): void => {
    // No report goes out under a boot that may have been used.
    const over = loop.checks.openSettle === null || loop.settling.isDone ? uplinkOf(loop) : null
    if (over === null || board.key === null || board.trust === null) return
    const next = outbox.next()
    if (next === null) return
    if (next.name === sent.name) {
      if (nowMs() - sent.ms < sent.patienceMs) return
      sent.patienceMs = Math.min(2 * sent.patienceMs, receiptMsMax)
    } else sent.patienceMs = receiptMsMin
    sent.name = next.name
    sent.ms = nowMs()
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
