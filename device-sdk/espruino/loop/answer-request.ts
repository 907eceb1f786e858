import { frameTypes, refusals } from '../../protocol/board-link/frame-types.ts'
import { encodeRefusal, readProve } from '../../protocol/board-link/requests.ts'
import type { ByteString, Prove } from '../../protocol/index.ts'
import { useKey } from './board.ts'
import { storage, toBytes, toText } from './firmware.ts'
import { keyFile } from './key.ts'
import type { LineState } from './line-state.ts'
import type { Loop } from './loop.ts'
import { wake } from './loop.ts'
import { makeKey } from './make-key.ts'
import { proveKey } from './prove.ts'
import { bootRecord, trustRecord } from './records.ts'
import { slot } from './slot.ts'
import { trustOf } from './trust.ts'

const workingMs = 5_000

/** Answers a request of a host on a line: one at a time, and the same way again when one is repeated. */
export const answerRequest = (loop: Loop, line: LineState, type: number, body: ByteString): void => {
  const board = loop.board
  const answer = line.send

  const refuse = (refusal: number): void => answer(frameTypes.refused, toText(encodeRefusal({ type, refusal })))

  /** For what takes its time, in a turn of its own: says so until it is done. */
  const work = (begin: (end: () => void) => void): void => {
    const say = (): void => answer(frameTypes.working, toText([type]))
    const timer = setInterval(say, workingMs)
    line.working = type
    say()
    setTimeout(begin, 0, () => {
      clearInterval(timer)
      line.working = 0
    })
  }
  // Each of these gives the number of a refusal, or 0 where there is an answer or will be one.
  const make = (): number => {
    if (board.key !== null || storage.read(keyFile) !== undefined) return refusals.keyExists
    // The counter first: a key without one is a fault.
    if (!slot(bootRecord).write('0')) return refusals.failed
    work((end) =>
      makeKey(board.config.random, board.crypto, (key) => {
        end()
        if (typeof key === 'number') {
          refuse(key)
          return
        }
        useKey(board, key)
        answer(frameTypes.key, toText(key.publicKey))
        wake(loop)
      }),
    )
    return 0
  }
  const prove = (): number => {
    if (board.key === null) return refusals.noKey
    const asked = readProve(toBytes(body))
    if (!asked.ok) return refusals.badRequest
    work((end) =>
      proveKey(board, asked.value as Prove, (message) => {
        end()
        answer(frameTypes.enrol, toText(message))
      }),
    )
    return 0
  }
  const pin = (): number => {
    const record = slot(trustRecord)
    const pinned = record.read()
    const trust = trustOf(toBytes(body))
    if (trust === null) return refusals.badRequest
    if (pinned !== null && pinned !== body) return refusals.trustPinned
    if (pinned === null && !record.write(body)) return refusals.failed
    board.trust = trust
    answer(frameTypes.trust, toText(board.crypto.sha256(toBytes(body)).subarray(0, 8)))
    wake(loop)
    return 0
  }
  const join = (): number => {
    const refusal = loop.wifi === null ? refusals.badRequest : loop.wifi.configure(loop, body)
    if (refusal === 0) answer(frameTypes.wifi, '')
    return refusal
  }
  const giveConsole = (): number => {
    if (!board.config.open) return refusals.consoleLocked
    answer(frameTypes.console, '')
    E.setConsole(line.name, { force: true })
    return 0
  }
  const carryOut = (): number => {
    if (type === frameTypes.key) return make()
    if (type === frameTypes.prove) return prove()
    if (type === frameTypes.trust) return pin()
    if (type === frameTypes.wifi) return join()
    return type === frameTypes.console ? giveConsole() : refusals.badRequest
  }
  if (line.working !== 0) {
    answer(frameTypes.working, toText([line.working]))
    return
  }
  const refusal = carryOut()
  if (refusal !== 0) refuse(refusal)
}
