import type { SerialLine } from '../../link/index.ts'
import { openLine } from '../../link/index.ts'
import type { Result } from '../../protocol/index.ts'
import { fail, ok } from '../../protocol/index.ts'
import type { FirmataIo, I2c } from './i2c.ts'
import { openI2c } from './i2c.ts'

export type FirmataBoard = {
  readonly line: Pick<SerialLine, 'path' | 'lost' | 'settle'>
  readonly i2c: I2c
  close(): Promise<void>
}

const baudRate = 57_600
/** A board that is reset by the opening of its port waits in its boot loader for some seconds. */
export const readyDefaultMs = 12_000
const samplingMs = 200

/** What johnny-five keeps going on its own, and its types do not name. */
type Timers = { timer?: NodeJS.Timeout; io?: { reportVersionTimeoutId?: NodeJS.Timeout } | null }

/**
 * A board that runs StandardFirmata, through johnny-five: without its prompt, its log, its exit at Ctrl-C and its guessing
 * of ports. Errors: those of `openLine`, sensor/silent, sensor/unplugged.
 */
const connectBoard = async (path: string, signal: AbortSignal, readyMs: number): Promise<Result<FirmataBoard>> => {
  const opened = await openLine(path, baudRate, signal)
  if (!opened.ok) return opened
  const line = opened.value
  const { default: five } = await import('johnny-five')
  const options = { port: line.port, repl: false, debug: false, sigint: false, timeout: readyMs + 1000 }
  const board = new five.Board(options)
  const ready = new Promise<Result<null>>((resolve) => {
    board.on('ready', () => resolve(ok(null)))
    board.on('error', (error) => resolve(fail('sensor/port-failed', `${path}: ${error.message}`)))
  })
  const close = async (): Promise<void> => {
    const { timer, io } = board as Timers
    clearTimeout(timer)
    clearTimeout(io?.reportVersionTimeoutId)
    await line.close()
    const { cache } = five.Board as unknown as { readonly cache: unknown[] }
    const at = cache.indexOf(board)
    if (at >= 0) cache.splice(at, 1)
  }
  const outcome = await line.settle(ready, readyMs, () => fail('sensor/silent', `${path}: no answer by Firmata`))
  if (!outcome.ok) {
    await close()
    return outcome
  }
  const io: FirmataIo = board.io
  // A board that was not reset by the opening of its port still carries out the continuous readings of its last user.
  io.reset()
  board.samplingInterval(samplingMs)
  return ok({ line, i2c: openI2c(io), close })
}

type Shared = {
  readonly board: Promise<Result<FirmataBoard>>
  readonly end: AbortController
  /** Who has not closed it, and who is not about to. */
  users: number
  wanted: number
  lost: boolean
}
const sharedBoards = new Map<string, Shared>()

const newShared = (path: string, readyMs: number): Shared => {
  const end = new AbortController()
  return { board: connectBoard(path, end.signal, readyMs), end, users: 0, wanted: 0, lost: false }
}

/**
 * A board for one part of several: a serial port serves one connection, so the parts of a board share it. It is closed when
 * the last of them closes. Errors: those of `connectBoard`.
 */
export const shareBoard = async (path: string, signal: AbortSignal, readyMs: number): Promise<Result<FirmataBoard>> => {
  const known = sharedBoards.get(path)
  const shared = known === undefined || known.lost ? newShared(path, readyMs) : known
  sharedBoards.set(path, shared)
  shared.users++
  shared.wanted++
  const unwant = (): void => {
    shared.wanted--
    if (shared.wanted === 0) shared.end.abort()
  }
  signal.addEventListener('abort', unwant, { once: true })
  if (signal.aborted) unwant()
  const leave = async (): Promise<void> => {
    if (!signal.aborted) shared.wanted--
    signal.removeEventListener('abort', unwant)
    shared.users--
    if (shared.users > 0) return
    if (sharedBoards.get(path) === shared) sharedBoards.delete(path)
    const board = await shared.board
    if (board.ok) await board.value.close()
  }
  const board = await shared.board
  if (!board.ok) {
    await leave()
    return board
  }
  const { line, i2c } = board.value
  const lost = (): boolean => {
    shared.lost = line.lost()
    return shared.lost
  }
  return ok({ line: { path, lost, settle: line.settle }, i2c, close: leave })
}
