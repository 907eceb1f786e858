import { encode } from '../../protocol/cbor/encode.ts'
import { encodeList } from '../../protocol/cbor/encode-list.ts'
import { mtypes } from '../../protocol/sign1.ts'
import { openClock } from './clock.ts'
import { toText } from './firmware.ts'
import type { Batch, Loop } from './loop.ts'
import { lose, wake } from './loop.ts'
import { openOutbox } from './outbox.ts'
import { takePulse } from './pulse.ts'
import { signMessage } from './sign-message.ts'

/** Gives the oldest batch to the signer, with a heartbeat if one is due, and the outbox what is signed. */
export const signNext = (loop: Loop): void => {
  const board = loop.board
  if (board.trust === null) return
  const batch = loop.unsigned[0] as Batch
  const pulse = takePulse(loop)
  const boot = board.boot
  const seq = board.seq
  let parts = [encode(boot), encode(seq), encode(openClock(loop.clock).timeOf(batch.firstMs))].concat(batch.blocks)
  if (pulse !== null) parts = parts.concat([encode(pulse)])
  signMessage(board, mtypes.report, board.trust.net, encodeList(parts), (message) => {
    loop.signing = false
    const lost = (count: number): void => lose(loop, count)
    if (!openOutbox(board.config.outboxBytes).add(boot, seq, toText(message), lost)) lose(loop, 1)
    wake(loop)
  })
  // Where there was no memory to sign it, it waits for the next time.
  loop.signing = true
  loop.unsigned.shift()
  board.seq++
  if (loop.proof === null && pulse !== null) loop.proof = { boot, seq }
}
