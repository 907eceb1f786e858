import type { Loop } from './loop.ts'
import { sendResult } from './send-result.ts'
import type { UpdateHost } from './update.ts'

export const updateHost = (loop: Loop): UpdateHost => ({
  config: loop.board.config,
  sha256: loop.board.crypto.sha256,
  frame: (type, body) => {
    // Not every link has frames.
    for (const one of loop.uplinks) if (one.frame !== undefined && one.isUp()) one.frame(type, body)
  },
  say: (result, thenRestart) => sendResult(loop, result, thenRestart),
})
