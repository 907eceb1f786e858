import type { SerialPort } from 'serialport'
import type { Result } from '../protocol/index.ts'
import { fail, ok } from '../protocol/index.ts'
import { portFailure } from './port-failure.ts'
import { watchPresence } from './presence.ts'

/** An open serial port, 8 data bits, no parity, one stop bit. */
export type SerialLine = {
  readonly path: string
  readonly port: SerialPort
  /** True once the port is closed, by us or because it vanished. */
  lost(): boolean
  /** What `answer` settles to; sensor/unplugged where the port is gone first, `late` where `withinMs` is over first. */
  settle<T>(answer: Promise<Result<T>>, withinMs: number, late: () => Result<T>): Promise<Result<T>>
  close(): Promise<void>
}

/**
 * Opens a serial port for one user at a time.
 * @param signal - closes the port when it aborts, and with that ends all waiting for answers.
 * Errors: those of `portFailure`.
 */
export const openLine = async (path: string, baudRate: number, signal: AbortSignal): Promise<Result<SerialLine>> => {
  // Its binary is for one processor: on another it cannot be loaded.
  const serialport = await import('serialport').catch((error: unknown) => ({ error }))
  if ('error' in serialport) return portFailure(path, serialport.error)
  const port = new serialport.SerialPort({ path, baudRate, autoOpen: false })
  const error = await new Promise<Error | null>((resolve) => port.open(resolve))
  if (error !== null) return portFailure(path, error)
  // A port that vanishes under a write says so by an error and by closing; the closing is what counts here.
  port.on('error', () => {})
  let lost = false
  const closed = new Promise<void>((resolve) => {
    port.once('close', () => {
      lost = true
      resolve()
    })
  })
  const close = async (): Promise<void> => {
    signal.removeEventListener('abort', close)
    if (port.isOpen) await new Promise<void>((resolve) => port.close(() => resolve()))
  }
  signal.addEventListener('abort', close)
  const endWatch = await watchPresence(path, close)
  if (lost) endWatch()
  else port.once('close', endWatch)
  if (signal.aborted) await close()
  return ok({
    path,
    port,
    lost: () => lost,
    settle: (answer, withinMs, late) => {
      let timer: NodeJS.Timeout | undefined
      const timeout = new Promise<ReturnType<typeof late>>((resolve) => {
        timer = setTimeout(() => resolve(late()), withinMs)
      })
      const gone = closed.then(() => fail('sensor/unplugged', path))
      return Promise.race([answer, gone, timeout]).finally(() => clearTimeout(timer))
    },
    close,
  })
}
