import type { Frame } from '../../protocol/board-link/frame.ts'
import { readFrames } from '../../protocol/board-link/frame-reader.ts'
import { firstUpdateFrame, frameTypes } from '../../protocol/board-link/frame-types.ts'
import { readHostHello } from '../../protocol/board-link/hello.ts'
import type { ByteString } from '../../protocol/index.ts'
import { answerRequest } from './answer-request.ts'
import { nowMs, toBytes } from './firmware.ts'
import type { LineState } from './line-state.ts'
import { messageTypes } from './line-state.ts'
import type { Loop } from './loop.ts'
import { wake } from './loop.ts'
import { sayHello } from './say-hello.ts'
import { takeMessage } from './take-message.ts'

const takeHello = (loop: Loop, line: LineState, body: ByteString): void => {
  const hello = readHostHello(toBytes(body))
  if (!hello.ok) return
  const relays = (hello.value as { relays: boolean }).relays
  line.heardMs = relays ? nowMs() : Number.NEGATIVE_INFINITY
  sayHello(loop, line.send)
  if (relays) wake(loop)
}

const isMessage = (type: number): boolean => type > messageTypes && type < frameTypes.key

const takeFrame = (loop: Loop, line: LineState, frame: Frame): void => {
  const type = frame.type
  const body = frame.body
  if (type === frameTypes.hello) takeHello(loop, line, body)
  else if (isMessage(type)) takeMessage(loop, type - messageTypes, toBytes(body))
  else if (type < firstUpdateFrame || loop.update === null || !loop.update.frame(type, body))
    answerRequest(loop, line, type, body)
}

/** Takes the frames of what a line holds, each in a turn of its own: the stack of a small board is too small for all that follows. */
export const takeFrames = (loop: Loop, line: LineState): void => {
  const read = readFrames(line.held, E.CRC32)
  line.held = read.rest
  for (const frame of read.frames) setTimeout(takeFrame, 0, loop, line, frame)
}
