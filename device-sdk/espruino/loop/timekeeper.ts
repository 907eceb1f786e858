import { equalBytes } from '../../protocol/bytes.ts'
import type { Sync } from '../../protocol/index.ts'
import { mtypes } from '../../protocol/sign1.ts'
import { readSync } from '../../protocol/sync.ts'
import { encodeTimeRequest } from '../../protocol/time-request.ts'
import { openClock } from './clock.ts'
import type { Down } from './down.ts'
import { nowMs, toText } from './firmware.ts'
import type { Loop } from './loop.ts'
import { uplinkOf } from './loop.ts'
import { random32 } from './random.ts'
import { signMessage } from './sign-message.ts'

/** A question without an answer is asked again after this: each costs a signature, which in JavaScript takes a minute. */
const againMs = { javascript: 600_000, native: 30_000 }

/** Asks a gateway for the time, over whatever link there is. */
export type Timekeeper = {
  /** Asks if it is due. True while a question is being signed or its answer may still come. */
  ask(): boolean
  /** Null for what is no answer to the question. */
  take(down: Down): Sync | null
}

const answerMsMax = 10_000

export const openTimekeeper = (loop: Loop): Timekeeper => {
  const board = loop.board
  const asked = loop.asked
  const clock = openClock(loop.clock)
  const patienceMs = board.crypto.verify === null ? againMs.javascript : againMs.native

  const isOpen = (): boolean => asked.signing || (asked.nonce !== null && nowMs() - asked.ms < answerMsMax)
  return {
    ask: () => {
      if (isOpen() || !clock.asks() || nowMs() - asked.ms < patienceMs || uplinkOf(loop) === null) return isOpen()
      const random = random32(board.config.random, board.crypto.sha256)
      if (random === null || board.trust === null) return false
      const nonce = random.subarray(0, 8)
      asked.signing = true
      signMessage(board, mtypes.time, board.trust.net, encodeTimeRequest({ nonce, session: false }), (message) => {
        asked.signing = false
        asked.nonce = nonce
        asked.ms = nowMs()
        const over = uplinkOf(loop)
        if (over !== null) over.send(mtypes.time, toText(message))
      })
      return true
    },
    take: (down) => {
      const read = readSync(down.payload)
      if (!read.ok || asked.nonce === null) return null
      const sync = read.value as Sync
      if (!equalBytes(sync.echo, asked.nonce) || !clock.set(sync, asked.ms)) return null
      asked.nonce = null
      return sync
    },
  }
}
