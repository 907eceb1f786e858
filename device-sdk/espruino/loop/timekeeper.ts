import { equalBytes } from '../../protocol/bytes.ts'
import type { Sync } from '../../protocol/index.ts'
import { mtypes } from '../../protocol/sign1.ts'
import { readSync } from '../../protocol/sync.ts'
import { encodeTimeRequest } from '../../protocol/time-request.ts'
import type { Board } from './board.ts'
import { signMessage } from './board.ts'
import type { Clock } from './clock.ts'
import type { Down } from './down.ts'
import { nowMs, toText } from './firmware.ts'
import type { Uplink } from './link.ts'
import { random32 } from './random.ts'

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

export const openTimekeeper = (board: Board, clock: Clock, uplink: () => Uplink | null): Timekeeper => {
  const patienceMs = board.crypto.verify === null ? againMs.javascript : againMs.native
  let nonce: Uint8Array | null = null
  let signing = false
  let askedMs = Number.NEGATIVE_INFINITY

  const isOpen = (): boolean => signing || (nonce !== null && nowMs() - askedMs < answerMsMax)
  return {
    ask: () => {
      if (isOpen() || !clock.asks() || nowMs() - askedMs < patienceMs || uplink() === null) return isOpen()
      const random = random32(board.config.random, board.crypto.sha256)
      if (random === null || board.trust === null) return false
      const asked = random.subarray(0, 8)
      const payload = encodeTimeRequest({ nonce: asked, session: false })
      signing = true
      signMessage(board, mtypes.time, board.trust.net, payload, (message) => {
        signing = false
        nonce = asked
        askedMs = nowMs()
        const over = uplink()
        if (over !== null) over.send(mtypes.time, toText(message))
      })
      return true
    },
    take: (down) => {
      const read = readSync(down.payload)
      if (!read.ok || nonce === null) return null
      const sync = read.value as Sync
      if (!equalBytes(sync.echo, nonce) || !clock.set(sync, askedMs)) return null
      nonce = null
      return sync
    },
  }
}
