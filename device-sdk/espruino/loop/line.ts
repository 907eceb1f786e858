import { encodeFrame, frameReader } from '../../protocol/board-link/frame.ts'
import { firstUpdateFrame, frameTypes } from '../../protocol/board-link/frame-types.ts'
import { readHostHello } from '../../protocol/board-link/hello.ts'
import { openDialogue } from './dialogue.ts'
import { lineOf, nowMs, toBytes } from './firmware.ts'
import type { BoardLink } from './link.ts'

/** Messages have their mtype and this much more. */
const messageTypes = 0x10
/** For how long after its last hello a host is taken to relay. */
const relayMsMax = 60_000

const crc32 = (bytes: string): number => E.CRC32(bytes)

/** A serial line of the board, by the firmware's name: `USB`, `Bluetooth`, `Serial1`. */
export const lineLink =
  (name: string): BoardLink =>
  (loop) => {
    const line = lineOf(name)
    let heardMs = Number.NEGATIVE_INFINITY

    const send = (type: number, body: string): void => line.write(encodeFrame(type, body, crc32))
    const dialogue = openDialogue(loop, send, () => {
      send(frameTypes.console, '')
      E.setConsole(name, { force: true })
    })
    const takeHello = (body: string): void => {
      const hello = readHostHello(toBytes(body))
      if (!hello.ok) return
      const relays = (hello.value as { relays: boolean }).relays
      heardMs = relays ? nowMs() : Number.NEGATIVE_INFINITY
      dialogue.hello()
      if (relays) loop.wake()
    }
    const isMessage = (type: number): boolean => type > messageTypes && type < frameTypes.key
    const read = frameReader(crc32, (frame) => {
      const type = frame.type
      if (type === frameTypes.hello) takeHello(frame.body)
      else if (isMessage(type)) loop.take(type - messageTypes, toBytes(frame.body))
      else if (type < firstUpdateFrame || !loop.updateFrame(type, frame.body)) dialogue.request(type, frame.body)
    })
    // What the console does not take, comes here.
    E.setConsole(null, { force: true })
    line.on('data', read)
    dialogue.hello()
    return {
      isUp: () => nowMs() - heardMs < relayMsMax,
      send: (mtype, message) => send(messageTypes + mtype, message),
      frame: send,
      note: (text) => send(frameTypes.note, text),
    }
  }
