import type { ReceiptEntry } from '../../protocol/index.ts'
import type { Loop } from './loop.ts'

const acceptedVerdict = 0

/** Whether a receipt says that the report was accepted which shows that this firmware works. */
export const acceptsProof = (loop: Loop, entries: readonly ReceiptEntry[]): boolean => {
  const proof = loop.proof
  if (proof === null) return false
  for (const entry of entries) {
    if (entry.boot === proof.boot && entry.seq === proof.seq && entry.verdict === acceptedVerdict) return true
  }
  return false
}
