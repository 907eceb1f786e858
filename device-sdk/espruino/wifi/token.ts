import { encodeConnect, toBase64Url } from '../../protocol/connect.ts'
import { kidOf } from '../../protocol/device-id.ts'
import type { PinnedTrust } from '../../protocol/index.ts'
import { mtypes, readSign1, type Sign1, writeTagged } from '../../protocol/sign1.ts'
import type { Board } from '../loop/board.ts'
import { signMessage } from '../loop/board.ts'
import type { Key } from '../loop/key.ts'

/**
 * Passwords for attempts to connect: (boot, n) rises with each, and none serves twice. They hold no time, so that a board without a
 * clock gets in; and one that no gateway has seen is good for the next attempt, as a signature in JavaScript takes half a minute.
 */
export type Tokens = {
  /** @param done - gets the password, later; the caller says by `sent` that it left the board. */
  next(gatewayKey: Uint8Array, done: (password: string) => void): void
  sent(): void
}

export const openTokens = (board: Board): Tokens => {
  let n = 0
  let held: { readonly boot: number; readonly gatewayKey: Uint8Array; readonly password: string } | null = null
  return {
    next: (gatewayKey, done) => {
      const boot = board.boot
      if (held !== null && held.boot === boot && held.gatewayKey === gatewayKey) {
        done(held.password)
        return
      }
      const payload = encodeConnect({ gateway: kidOf(gatewayKey, board.crypto.sha256), boot, n: n++ })
      signMessage(board, mtypes.connect, (board.trust as PinnedTrust).net, payload, (compact) => {
        const signed = readSign1(compact)
        const frame = (signed as { value: Sign1 }).value
        const tagged = { kid: (board.key as Key).kid, payload: frame.payload, signature: frame.signature }
        const password = toBase64Url(writeTagged(tagged))
        held = { boot, gatewayKey, password }
        done(password)
      })
    },
    sent: () => {
      held = null
    },
  }
}
