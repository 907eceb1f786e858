import type { BoardHello, Result } from '../protocol/index.ts'
import {
  encodeHostHello,
  fail,
  frameTypes,
  linkVersion,
  ok,
  readBoardHello,
  readRefusal,
  refusalCode,
} from '../protocol/index.ts'
import { boardFrame, boardFrameReader } from './board-frames.ts'
import type { BoardLine } from './board-line.ts'
import { openBoardLine } from './board-line.ts'

/** A small board that said hello on its line. docs/protocol.md, "The link of a small board". */
export type Board = {
  readonly path: string
  /** What it said of itself last: it says so again when it starts anew. */
  hello(): BoardHello
  /** Says hello to it. @param relays - whether it is to send reports now. */
  greet(relays: boolean): Promise<Result<null>>
  send(type: number, body: Uint8Array): Promise<Result<null>>
  /** Every frame that comes. */
  onFrame(listener: (type: number, body: Uint8Array) => void): void
  /**
   * A request, one at a time. @returns the body of the frame that answers it, which has `answerType`.
   * Errors: those of `refusalCode`, board/no-answer, board/unplugged.
   */
  ask(type: number, body: Uint8Array, answerType?: number): Promise<Result<Uint8Array>>
  /** Settles once the line is closed, by whomever. */
  readonly gone: Promise<void>
  close(): Promise<void>
}

const baudDefault = 115_200
/** A board that is reset by the opening of its port takes some seconds to start. */
const helloMsMax = 10_000
const helloEveryMs = 1_000
/** A board says every 5 s that it works on a request. */
const againMs = 7_000
const silenceMsMax = 21_000

/** Says hello until the board does. Errors: board/silent, board/other-version, board/unplugged. */
const awaitHello = async (line: BoardLine, first: Promise<Result<BoardHello>>): Promise<Result<BoardHello>> => {
  const greeting = boardFrame(frameTypes.hello, encodeHostHello({ version: linkVersion, relays: false }))
  const greet = (): void => void line.send(greeting)
  const timer = setInterval(greet, helloEveryMs)
  let late: NodeJS.Timeout | undefined
  const silent = new Promise<Result<never>>((resolve) => {
    late = setTimeout(() => resolve(fail('board/silent', line.path)), helloMsMax)
  })
  greet()
  const gone = line.gone.then(() => fail('board/unplugged', line.path))
  return Promise.race([first, silent, gone]).finally(() => {
    clearInterval(timer)
    clearTimeout(late)
  })
}

type Request = {
  readonly type: number
  readonly answerType: number
  settle(answer: Result<Uint8Array>): void
  hear(): void
}

/**
 * Opens the line to a board and waits for its hello.
 * @param path - a serial port, or `ble:NAME`.
 * @param signal - closes the line when it aborts.
 * Errors: those of `openBoardLine`, board/silent, board/other-version, board/unplugged.
 */
export const openBoard = async (path: string, signal: AbortSignal, baud = baudDefault): Promise<Result<Board>> => {
  const line = await openBoardLine(path, baud, signal)
  if (!line.ok) return line
  const { send: write, onData, gone, close } = line.value
  const listeners: ((type: number, body: Uint8Array) => void)[] = []
  let request: Request | null = null
  let hello: BoardHello | null = null
  let greeted = (_hello: Result<BoardHello>): void => {}
  const first = new Promise<Result<BoardHello>>((resolve) => {
    greeted = resolve
  })

  const takeRefusal = (body: Uint8Array): void => {
    const refusal = readRefusal(body)
    if (refusal.ok && refusal.value.type === request?.type)
      request.settle(fail(refusalCode(refusal.value.refusal), path))
  }
  const take = (type: number, body: Uint8Array): void => {
    if (type === frameTypes.hello) {
      const read = readBoardHello(body)
      if (read.ok) hello = read.value
      greeted(read)
    }
    request?.hear()
    if (type === frameTypes.refused) takeRefusal(body)
    if (type === request?.answerType) request.settle(ok(body))
    for (const listener of listeners) listener(type, body)
  }
  onData(boardFrameReader(take))
  const send = (type: number, body: Uint8Array): Promise<Result<null>> => write(boardFrame(type, body))

  const said = await awaitHello(line.value, first)
  if (!said.ok) {
    await close()
    return said
  }
  return ok({
    path,
    hello: () => hello ?? said.value,
    greet: (relays) => send(frameTypes.hello, encodeHostHello({ version: linkVersion, relays })),
    send,
    onFrame: (listener) => {
      listeners.push(listener)
    },
    ask: async (type, body, answerType = type) => {
      let silence: NodeJS.Timeout | undefined
      const again = setInterval(() => void send(type, body), againMs)
      const answer = new Promise<Result<Uint8Array>>((settle) => {
        const hear = (): void => {
          again.refresh()
          clearTimeout(silence)
          silence = setTimeout(() => settle(fail('board/no-answer', path)), silenceMsMax)
        }
        hear()
        request = { type, answerType, settle, hear }
        void gone.then(() => settle(fail('board/unplugged', path)))
        void send(type, body)
      })
      return answer.finally(() => {
        request = null
        clearInterval(again)
        clearTimeout(silence)
      })
    },
    gone,
    close,
  })
}
