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
export const connectBoard = async (
  path: string,
  signal: AbortSignal,
  readyMs: number,
): Promise<Result<FirmataBoard>> => {
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
