import { encodeFrame, endByte, frameBytesMax } from '../../protocol/board-link/frame.ts'
import { lineOf, nowMs } from './firmware.ts'
import type { LineState } from './line-state.ts'
import { messageTypes, relayMsMax } from './line-state.ts'
import type { BoardLink } from './loop.ts'
import { sayHello } from './say-hello.ts'
import { takeFrames } from './take-frames.ts'

/** A serial line of the board, by the firmware's name: `USB`, `Bluetooth`, `Serial1`. */
export const lineLink =
  (name: string): BoardLink =>
  (loop) => {
    const line = lineOf(name)
    const state: LineState = {
      name,
      send: (type, body) => line.write(encodeFrame(type, body, E.CRC32)),
      held: '',
      heardMs: Number.NEGATIVE_INFINITY,
      working: 0,
    }
    // What the console does not take, comes here.
    E.setConsole(null, { force: true })
    line.on('data', (bytes) => {
      state.held += bytes
      // A piece of a frame has to wait.
      if (bytes.indexOf(endByte) >= 0 || state.held.length > 2 * frameBytesMax) takeFrames(loop, state)
    })
    setTimeout(sayHello, 0, loop, state.send)
    return {
      isUp: () => nowMs() - state.heardMs < relayMsMax,
      send: (mtype, message) => state.send(messageTypes + mtype, message),
      frame: state.send,
    }
  }
