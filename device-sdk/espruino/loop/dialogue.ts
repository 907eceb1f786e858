import { frameTypes, refusals } from '../../protocol/board-link/frame-types.ts'
import { encodeBoardHello, linkVersion } from '../../protocol/board-link/hello.ts'
import { encodeRefusal, readProve } from '../../protocol/board-link/requests.ts'
import type { ByteString } from '../../protocol/index.ts'
import type { Board } from './board.ts'
import { useKey } from './board.ts'
import { storage, toBytes, toText } from './firmware.ts'
import { keyFile, makeKey } from './key.ts'
import type { Loop } from './link.ts'
import { proveKey } from './prove.ts'
import { bootSlot } from './slot.ts'
import { trustOf, trustSlot } from './trust.ts'

const workingMs = 5_000
const openNote =
  'DEVELOPMENT BUILD: the console of this board is open. Whoever reaches it reads the key and changes the program.'

export type Answer = (type: number, body: ByteString) => void
/** Answers the requests of a host on a line: one at a time, and the same way again when one is repeated. */
export type Dialogue = { hello(): void; request(type: number, body: ByteString): void }

/** @param giveConsole - hands this line to the interpreter. */
export const openDialogue = (loop: Loop, answer: Answer, giveConsole: () => void): Dialogue => {
  const board: Board = loop.board
  let working: number | null = null

  const hello = (): void => {
    const config = board.config
    const key = board.key
    const body = encodeBoardHello({
      version: linkVersion,
      app: config.app,
      board: config.board,
      firmware: config.firmware,
      publicKey: key === null ? null : key.publicKey,
      net: board.trust === null ? null : board.trust.net,
      boot: board.boot,
      waiting: loop.waiting(),
      open: config.open,
      verifies: board.crypto.verify !== null,
      wifi: loop.wifi === null ? undefined : loop.wifi.state(),
    })
    answer(frameTypes.hello, toText(body))
    if (board.fault !== null) answer(frameTypes.note, board.fault)
    if (config.open) answer(frameTypes.note, openNote)
  }
  const refuse = (type: number, refusal: number): void =>
    answer(frameTypes.refused, toText(encodeRefusal({ type, refusal })))

  /** For what takes its time: says so until it is done. */
  const work = (type: number, begin: (end: () => void) => void): void => {
    const say = (): void => answer(frameTypes.working, toText([type]))
    const timer = setInterval(say, workingMs)
    working = type
    say()
    begin(() => {
      clearInterval(timer)
      working = null
    })
  }
  // Each of these gives the number of a refusal, or 0 where there is an answer or will be one.
  const make = (): number => {
    if (board.key !== null || storage.read(keyFile) !== undefined) return refusals.keyExists
    // The counter first: a key without one is a fault.
    if (!bootSlot.write('0')) return refusals.failed
    work(frameTypes.key, (end) =>
      makeKey(board.config.random, board.crypto, (key) => {
        end()
        if (typeof key === 'number') {
          refuse(frameTypes.key, key)
          return
        }
        useKey(board, key)
        answer(frameTypes.key, toText(key.publicKey))
        loop.wake()
      }),
    )
    return 0
  }
  const prove = (body: ByteString): number => {
    if (board.key === null) return refusals.noKey
    const asked = readProve(toBytes(body))
    if (!asked.ok) return refusals.badRequest
    work(frameTypes.prove, (end) =>
      proveKey(board, asked.value, (message) => {
        end()
        answer(frameTypes.enrol, toText(message))
      }),
    )
    return 0
  }
  const pin = (body: ByteString): number => {
    const pinned = trustSlot.read()
    const trust = trustOf(toBytes(body))
    if (trust === null) return refusals.badRequest
    if (pinned !== null && pinned !== body) return refusals.trustPinned
    if (pinned === null && !trustSlot.write(body)) return refusals.failed
    board.trust = trust
    answer(frameTypes.trust, toText(board.crypto.sha256(toBytes(body)).subarray(0, 8)))
    loop.wake()
    return 0
  }
  const openConsole = (): number => {
    if (!board.config.open) return refusals.consoleLocked
    giveConsole()
    return 0
  }
  const join = (body: ByteString): number => {
    const refusal = loop.wifi === null ? refusals.badRequest : loop.wifi.configure(body)
    if (refusal === 0) answer(frameTypes.wifi, '')
    return refusal
  }
  const obey = (type: number, body: ByteString): number => {
    if (type === frameTypes.key) return make()
    if (type === frameTypes.prove) return prove(body)
    if (type === frameTypes.trust) return pin(body)
    if (type === frameTypes.wifi) return join(body)
    return type === frameTypes.console ? openConsole() : refusals.badRequest
  }
  return {
    hello,
    request: (type, body) => {
      if (working !== null) {
        answer(frameTypes.working, toText([working]))
        return
      }
      const refusal = obey(type, body)
      if (refusal !== 0) refuse(type, refusal)
    },
  }
}
