import { decode } from '../../protocol/cbor/decode.ts'
import { encode } from '../../protocol/cbor/encode.ts'
import type { CborValue } from '../../protocol/cbor/value.ts'
import type { PinnedTrust } from '../../protocol/index.ts'
import { mtypes } from '../../protocol/sign1.ts'
import { toBytes, toText } from './firmware.ts'
import type { Loop, Settle } from './loop.ts'
import { lose } from './loop.ts'
import type { Waiting } from './outbox.ts'
import { openOutbox } from './outbox.ts'
import { bootRecord } from './records.ts'
import { signMessage } from './sign-message.ts'
import { slot } from './slot.ts'

export const openSettle = (loop: Loop): Settle => {
  const board = loop.board
  const settling = loop.settling
  const outbox = openOutbox(board.config.outboxBytes)

  /** Gone rather than in the way of all others. */
  const giveUp = (name: string): void => {
    outbox.delivered(name)
    lose(loop, 1)
  }
  const moved = (old: Waiting, boot: number, seq: number): void => {
    const proof = loop.proof
    if (proof !== null && old.name === outbox.nameOf(proof.boot, proof.seq)) loop.proof = { boot, seq }
  }
  const signAgain = (old: Waiting): void => {
    const decoded = decode(toBytes(old.message.slice(0, old.message.length - 64)))
    if (!decoded.ok) {
      giveUp(old.name)
      return
    }
    const boot = board.boot
    const seq = board.seq++
    const pair: CborValue[] = [boot, seq]
    const payload = encode(pair.concat((decoded.value as CborValue[]).slice(2)))
    settling.signing = true
    signMessage(board, mtypes.report, (board.trust as PinnedTrust).net, payload, (message) => {
      settling.signing = false
      const lost = (count: number): void => lose(loop, count)
      if (outbox.add(boot, seq, toText(message), lost, old.name)) moved(old, boot, seq)
      else giveUp(old.name)
      loop.pump(loop)
    })
  }
  return {
    take: (named) => {
      if (settling.next >= 0) return
      if (named > board.boot) {
        if (!slot(bootRecord).write(`${named}`)) return
        board.boot = named
        board.seq = 0
      }
      settling.next = named
      // What is signed again ends the boot before nowhere.
      if (outbox.unsent(named) === null) board.previous = settling.ended
    },
    works: () => {
      if (settling.next < 0 || settling.signing) return settling.signing
      const old = outbox.unsent(settling.next)
      if (old === null) settling.isDone = true
      else signAgain(old)
      return settling.signing
    },
  }
}
