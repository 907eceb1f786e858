import { concatBytes } from '../../protocol/bytes.ts'
import { encode } from '../../protocol/cbor/encode.ts'
import type { ByteString, PinnedTrust } from '../../protocol/index.ts'
import { mtypes } from '../../protocol/sign1.ts'
import { toBytes, toText } from './firmware.ts'
import type { Loop, Settle } from './loop.ts'
import { lose, wake } from './loop.ts'
import type { Waiting } from './outbox.ts'
import { openOutbox } from './outbox.ts'
import { bootRecord } from './records.ts'
import { signMessage } from './sign-message.ts'
import { slot } from './slot.ts'

const signatureBytes = 64
/** Head and argument of an integer that is not negative: RFC 8949 section 3. */
const afterUint = (text: ByteString, at: number): number => {
  const info = text.charCodeAt(at) - 24
  return at + 1 + (info < 0 ? 0 : 1 << info)
}

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
  const signAgain = (old: Waiting, trust: PinnedTrust): void => {
    const boot = board.boot
    const seq = board.seq++
    const end = old.message.length - signatureBytes
    const rest = toBytes(old.message.slice(afterUint(old.message, afterUint(old.message, 1)), end))
    const head = toBytes(old.message.slice(0, 1))
    settling.signing = true
    signMessage(board, mtypes.report, trust.net, concatBytes([head, encode(boot), encode(seq), rest]), (message) => {
      settling.signing = false
      const lost = (count: number): void => lose(loop, count)
      if (outbox.add(boot, seq, toText(message), lost, old.name)) moved(old, boot, seq)
      else giveUp(old.name)
      wake(loop)
    })
  }
  return {
    take: (named) => {
      if (settling.next >= 0) return
      if (named > board.boot) {
        if (!slot(bootRecord).write(`${named}`)) return
        settling.ended = outbox.newest()
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
      else if (board.trust !== null) signAgain(old, board.trust)
      return settling.signing
    },
  }
}
