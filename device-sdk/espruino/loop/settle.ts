import { decode } from '../../protocol/cbor/decode.ts'
import { encode } from '../../protocol/cbor/encode.ts'
import type { CborValue } from '../../protocol/cbor/value.ts'
import { toBytes, toText } from './firmware.ts'
import type { Outbox, Waiting } from './outbox.ts'
import { bootSlot } from './slot.ts'

/**
 * Under which boot a board goes on after a start. Its flash may have been restored, and then it counts too low without knowing: so no
 * report goes out before a pinned gateway has named the first boot that it never saw.
 */
export type Settle = {
  /** @param next - that boot; 0 where the gateway saw none. Only the first one after a start counts: later ones have seen this start. */
  take(next: number): void
  /** True while what was never sent, of boots that the gateway may have seen, is signed again. `done` is called after each. */
  works(done: () => void): boolean
  /** True once reports may go out. */
  isDone(): boolean
}

/** Of a board: how it counts. */
export type Counting = { boot: number; seq: number; previous: readonly [boot: number, lastSeq: number] | null }
export type SettleActions = {
  signReport(payload: Uint8Array, done: (compact: Uint8Array) => void): void
  lose(count: number): void
  /** The report of this name has another pair now. */
  moved(from: string, boot: number, seq: number): void
}

export const openSettle = (board: Counting, outbox: Outbox, actions: SettleActions): Settle => {
  const ended = outbox.newest()
  let next = -1
  let signing = false

  /** Gone rather than in the way of all others. */
  const giveUp = (name: string): void => {
    outbox.delivered(name)
    actions.lose(1)
  }
  const signAgain = (old: Waiting, done: () => void): void => {
    const decoded = decode(toBytes(old.message.slice(0, old.message.length - 64)))
    if (!decoded.ok) {
      giveUp(old.name)
      return
    }
    const boot = board.boot
    const seq = board.seq++
    const pair: CborValue[] = [boot, seq]
    const payload = encode(pair.concat((decoded.value as CborValue[]).slice(2)))
    signing = true
    actions.signReport(payload, (message) => {
      signing = false
      if (outbox.add(boot, seq, toText(message), actions.lose, old.name)) actions.moved(old.name, boot, seq)
      else giveUp(old.name)
      done()
    })
  }
  return {
    take: (named) => {
      if (next >= 0) return
      if (named > board.boot) {
        if (!bootSlot.write(`${named}`)) return
        board.boot = named
        board.seq = 0
      }
      next = named
      // What is signed again ends the boot before nowhere.
      if (outbox.unsent(next) === null) board.previous = ended
    },
    works: (done) => {
      if (signing) return true
      const old = outbox.unsent(next)
      if (old !== null) signAgain(old, done)
      return signing
    },
    isDone: () => next >= 0 && !signing && outbox.unsent(next) === null,
  }
}
