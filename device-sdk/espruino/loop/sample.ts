import { cutRows } from './cut-rows.ts'
import type { Loop } from './loop.ts'
import { lose, wake } from './loop.ts'
import { takeRow } from './take-row.ts'

/** Batches that wait for the signer; with more, the oldest is lost and counted. */
const unsignedMax = 2

/** Reads the sensors; what makes a batch, waits for the signer. */
export const sample = (loop: Loop): void =>
  takeRow(loop, () => {
    if (loop.rows.count < loop.board.config.batch) return
    const batch = cutRows(loop)
    if (batch.blocks.length === 0) return
    loop.unsigned.push(batch)
    if (loop.unsigned.length > unsignedMax) {
      loop.unsigned = loop.unsigned.slice(1)
      lose(loop, 1)
    }
    wake(loop)
  })
