import type { Loop } from './loop.ts'
import { uplinkOf } from './loop.ts'
import { sendResult } from './send-result.ts'
import type { UpdateHost } from './update.ts'

export const updateHost = (loop: Loop): UpdateHost => ({
  config: loop.board.config,
  sha256: loop.board.crypto.sha256,
  frame: (type, body) => {
    const over = uplinkOf(loop)
    if (over !== null && over.frame !== undefined) over.frame(type, body)
  },
  say: (result, thenRestart) => sendResult(loop, result, thenRestart),
})
