import { encodeResult } from '../../protocol/command.ts'
import type { CommandResult } from '../../protocol/index.ts'
import { mtypes } from '../../protocol/sign1.ts'
import { toText } from './firmware.ts'
import type { Loop } from './loop.ts'
import { uplinkOf } from './loop.ts'
import { signMessage } from './sign-message.ts'

/** Until the answer is out. */
const restartMs = 2_000

/** Tells the gateway what became of what it asked for; and then starts the board anew, where it shall. */
export const sendResult = (loop: Loop, result: CommandResult, thenRestart?: boolean): void => {
  const board = loop.board
  if (board.trust === null) return
  signMessage(board, mtypes.result, board.trust.net, encodeResult(result), (answer) => {
    const over = uplinkOf(loop)
    if (over !== null) over.send(mtypes.result, toText(answer))
    if (thenRestart) setTimeout(() => E.reboot(), restartMs)
  })
}
