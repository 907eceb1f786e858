import type { Code, Result } from '../protocol/index.ts'
import { fail, ok } from '../protocol/index.ts'
import { openBleUart } from './ble/uart.ts'
import { holderOf } from './port-failure.ts'
import { openLine } from './serial-line.ts'

/** Bytes to and from a board, by its serial port or by the UART that it has over Bluetooth. */
export type BoardLine = {
  readonly path: string
  /** Resolves when the bytes are out. Errors: board/unplugged. */
  send(bytes: Uint8Array): Promise<Result<null>>
  onData(listener: (bytes: Uint8Array) => void): void
  /** Settles once the line is closed, by whomever. */
  readonly gone: Promise<void>
  /** What only a serial port has; elsewhere, as on a pseudo-terminal, nothing happens. */
  setBaud(rate: number): Promise<void>
  control(lines: { readonly dtr: boolean; readonly rts: boolean }): Promise<void>
  close(): Promise<void>
}

const codes: { readonly [code: string]: Code } = {
  'sensor/no-port': 'board/no-port',
  'sensor/no-permission': 'board/no-permission',
  'sensor/port-busy': 'board/port-busy',
  'sensor/port-failed': 'board/port-failed',
}

const blePrefix = 'ble:'

/** True for a board that is reached over Bluetooth: `ble:NAME` or `ble:ADDRESS`. */
const isBle = (path: string): boolean => path.startsWith(blePrefix)

const nothing = async (): Promise<void> => {}

const openBle = async (path: string, signal: AbortSignal): Promise<Result<BoardLine>> => {
  const uart = await openBleUart(path.slice(blePrefix.length), signal)
  if (!uart.ok) return uart
  const send = async (bytes: Uint8Array): Promise<Result<null>> =>
    (await uart.value.send(bytes)).ok ? ok(null) : fail('board/unplugged', path)
  return ok({ ...uart.value, path, send, setBaud: nothing, control: nothing })
}

/**
 * Opens the line to a board for one user at a time.
 * @param path - a serial port, or `ble:NAME`.
 * @param signal - closes the line when it aborts.
 * Errors: board/no-port, board/no-permission, board/port-busy, board/port-failed; those of `openBleUart`.
 */
export const openBoardLine = async (
  path: string,
  baudRate: number,
  signal: AbortSignal,
): Promise<Result<BoardLine>> => {
  if (isBle(path)) return openBle(path, signal)
  // Why before opening: a program that took no lock, such as a terminal, would eat half of the answers.
  const holder = await holderOf(path)
  if (holder !== null) return fail('board/port-busy', `${path} is held by ${holder}`)
  const line = await openLine(path, baudRate, signal)
  if (!line.ok) return fail(codes[line.error.code] ?? 'board/port-failed', line.error.detail)
  const { port, lost, close } = line.value
  const gone = new Promise<void>((resolve) => port.once('close', resolve))
  const unplugged = gone.then(() => fail('board/unplugged', path))
  const write = (bytes: Uint8Array): Promise<Result<null>> =>
    new Promise((resolve) => {
      port.write(bytes, (error) => resolve(error instanceof Error ? fail('board/unplugged', path) : ok(null)))
    })
  return ok({
    path,
    send: (bytes) => (lost() ? unplugged : Promise.race([write(bytes), unplugged])),
    onData: (listener) => {
      port.on('data', listener)
    },
    gone,
    setBaud: (rate) => new Promise((resolve) => port.update({ baudRate: rate }, () => resolve())),
    control: (lines) => new Promise((resolve) => (lost() ? resolve() : port.set(lines, () => resolve()))),
    close,
  })
}
