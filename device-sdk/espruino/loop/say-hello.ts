import { frameTypes } from '../../protocol/board-link/frame-types.ts'
import { encodeBoardHello, linkVersion } from '../../protocol/board-link/hello.ts'
import { wifiStates } from '../../protocol/board-link/wifi.ts'
import type { ByteString } from '../../protocol/index.ts'
import { toText } from './firmware.ts'
import type { Loop } from './loop.ts'
import { openOutbox } from './outbox.ts'

const openNote =
  'DEVELOPMENT BUILD: the console of this board is open. Whoever reaches it reads the key and changes the program.'

const wifiOf = (loop: Loop): number | undefined => {
  if (loop.wifi === null) return undefined
  if (loop.wifi.isUp) return wifiStates.connected
  return loop.wifi.hasNetwork ? wifiStates.away : wifiStates.noCredentials
}

/** Says on a line who this board is, and what is wrong with it. */
export const sayHello = (loop: Loop, answer: (type: number, body: ByteString) => void): void => {
  const board = loop.board
  const config = board.config
  const body = encodeBoardHello({
    version: linkVersion,
    app: config.app,
    board: config.board,
    firmware: config.firmware,
    publicKey: board.key === null ? null : board.key.publicKey,
    net: board.trust === null ? null : board.trust.net,
    boot: board.boot,
    waiting: openOutbox(config.outboxBytes).waiting(),
    open: config.open,
    verifies: true,
    wifi: wifiOf(loop),
  })
  answer(frameTypes.hello, toText(body))
  if (board.fault !== null) answer(frameTypes.note, board.fault)
  if (config.open) answer(frameTypes.note, openNote)
}
