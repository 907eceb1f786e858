import { setTimeout as pause } from 'node:timers/promises'
import type { Board } from '../link/index.ts'
import { openBoard } from '../link/index.ts'
import type { DownType, UpType } from '../protocol/index.ts'
import {
  frameBytesMax,
  frameTypes,
  fromHex,
  kidOf,
  mtypes,
  pieceFrames,
  readReceipt,
  toHex,
  upTypes,
} from '../protocol/index.ts'
import { sha256 } from '../signer/index.ts'
import type { DeviceEvent } from './events.ts'
import type { Identity } from './identity.ts'
import type { Pinned } from './read-down.ts'
import { readDown } from './read-down.ts'
import { servePieces } from './update/serve-pieces.ts'

/** Hands a message of another device to the gateway. @returns whether the gateway has it. */
export type Carry = (kid: string, type: UpType, message: Uint8Array) => Promise<boolean>

/** Carries between small boards and the gateway of the device that this process is. */
export type Carrier = {
  /** A connection is there. */
  up(carry: Carry): void
  down(): void
  /** What came down for a device. */
  take(kid: string, type: DownType, message: Uint8Array): void
  close(): Promise<void>
}

export type CarrierOptions = {
  /** Serial ports, or `ble:NAME`. */
  readonly paths: readonly string[]
  readonly identity: Pick<Identity, 'net' | 'kid'>
  readonly pinned: Pinned
  readonly onEvent: (event: DeviceEvent) => void
}

/** A board stops sending 60 s after it last heard that somebody relays. */
const greetEveryMs = 20_000
const retryMs = 2_000
/** Of one board, to the gateway; and from it, to the board. What is more is not taken: the board sends it again. */
const inFlightMax = 16
/** The verdict device/unknown. */
const notApproved = 7
/** Type and CRC of a frame. */
const frameOverhead = 5

const upOf = new Map<number, UpType>(upTypes.map((type) => [frameTypes[type], type]))
type Connection = { readonly carry: Carry }
type Docked = { readonly board: Board; inFlight: number; writing: number; asking: boolean }

/**
 * Carries what boards send to the gateway, unchanged, and back to them what a pinned gateway signed for them, and the firmware that
 * they ask for. It holds nothing for a board: what cannot be handed on is not answered, and the board keeps it until its receipt.
 */
export const openCarrier = ({ paths, identity, pinned, onEvent }: CarrierOptions): Carrier => {
  const ended = new AbortController()
  const { signal } = ended
  const docked = new Map<string, Docked>()
  const greeters = new Set<() => void>()
  const pieces = servePieces(pinned, signal)
  let connection: Connection | null = null

  const forward = async (one: Docked, kid: string, type: UpType, message: Uint8Array): Promise<void> => {
    const over = connection
    if (over === null || one.inFlight >= inFlightMax) return
    one.inFlight++
    const taken = await over.carry(kid, type, message)
    one.inFlight--
    if (taken) onEvent({ event: 'relay/carried', kid, type })
  }

  /** A piece of firmware for a board that asks: one question at a time, since a board repeats what is not answered. */
  const give = async (one: Docked, kid: string, question: Uint8Array): Promise<void> => {
    if (one.asking) return
    one.asking = true
    const piece = await pieces.answer(pieceFrames.ask, question)
    if (piece !== null) await one.board.send(piece.type, piece.body)
    one.asking = false
    if (piece?.left === 0) onEvent({ event: 'relay/firmware', kid })
    if (piece?.left === null)
      onEvent({ event: 'relay/refused', kid, code: 'update/not-fetched', detail: 'no pinned gateway has it' })
  }

  /** Serves a board until its line is gone. */
  const serve = async (board: Board): Promise<void> => {
    const { path, greet, onFrame, gone, close } = board
    const one: Docked = { board, inFlight: 0, writing: 0, asking: false }
    let kid: string | null = null
    let start = board.hello().boot
    const again = (): void => void greet(connection !== null)
    const meet = (): void => {
      const { publicKey, app, board: name, firmware, waiting, boot } = board.hello()
      const now = publicKey === null ? null : toHex(kidOf(publicKey, sha256))
      if (now !== null) docked.set(now, one)
      if (now !== kid || now === null || boot !== start)
        onEvent({ event: 'board/up', path, kid: now, app, board: name, firmware, waiting })
      kid = now
      // It has started anew, and knows of nobody who relays.
      if (boot !== start) again()
      start = boot
    }
    onFrame((type, body) => {
      if (type === frameTypes.hello) meet()
      if (type === frameTypes.note) onEvent({ event: 'board/note', path, detail: Buffer.from(body).toString('utf8') })
      const up = upOf.get(type)
      if (up !== undefined && kid !== null) void forward(one, kid, up, body)
      if (type === pieceFrames.ask && kid !== null) void give(one, kid, body)
    })
    meet()
    const timer = setInterval(again, greetEveryMs)
    greeters.add(again)
    again()
    await gone
    clearInterval(timer)
    greeters.delete(again)
    if (kid !== null && docked.get(kid) === one) docked.delete(kid)
    await close()
  }

  const keep = async (path: string): Promise<void> => {
    let told = ''
    while (!signal.aborted) {
      const board = await openBoard(path, signal)
      if (board.ok) await serve(board.value)
      if (signal.aborted) return
      const { code, detail = path } = board.ok ? { code: 'board/unplugged', detail: path } : board.error
      // One line for a port that stays away, and not one for each look at it.
      if (board.ok || code !== told) onEvent({ event: 'board/down', path, code, detail })
      told = code
      await pause(retryMs, null, { signal }).catch(() => null)
    }
  }
  const kept = Promise.all(paths.map(keep))

  /** @returns whether the board may have it: one that names the board unknown says that the pair is not approved yet. */
  const tellReceipt = (kid: string, payload: Uint8Array): boolean => {
    const receipt = readReceipt(payload)
    const entries = receipt.ok ? receipt.value : []
    for (const { boot, seq, verdict, logIndex } of entries) {
      const pair = typeof boot === 'number' ? { boot } : {}
      onEvent({ event: 'relay/receipt', kid, relay: toHex(identity.kid), ...pair, seq, verdict, logIndex })
    }
    return entries.every(({ verdict }) => verdict !== notApproved)
  }

  const handDown = async (one: Docked, type: DownType, message: Uint8Array): Promise<void> => {
    if (one.writing >= inFlightMax || message.length + frameOverhead > frameBytesMax) return
    one.writing++
    await one.board.send(frameTypes[type], message)
    one.writing--
  }

  return {
    up: (carry) => {
      connection = { carry }
      for (const greet of greeters) greet()
    },
    down: () => {
      if (connection === null) return
      connection = null
      for (const greet of greeters) greet()
    },
    take: (kid, type, message) => {
      const one = docked.get(kid)
      if (one === undefined) return
      // Why: a board that cannot check signatures would believe it.
      const to = { net: identity.net, kid: fromHex(kid) ?? new Uint8Array(8) }
      const payload = readDown(message, mtypes[type], to, pinned)
      if (!payload.ok) {
        onEvent({ event: 'relay/refused', kid, code: payload.error.code, detail: type })
        return
      }
      // Why held back: at a receipt the board lets go of the report, and this one nobody has.
      if (type === 'receipt' && !tellReceipt(kid, payload.value)) return
      void handDown(one, type, message)
    },
    close: async () => {
      ended.abort()
      await kept
    },
  }
}
