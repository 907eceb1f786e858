import type { BoardLine } from '../../../device-sdk/link/index.ts'
import { openBoardLine } from '../../../device-sdk/link/index.ts'
import type { Code, Result } from '../../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../../device-sdk/protocol/index.ts'

/** Bytes to and from a board. A failure of any of these ends the flash. Errors: flash/unplugged, flash/interrupted. */
export type FlashTransport = Pick<BoardLine, 'path' | 'setBaud' | 'control' | 'close'> & {
  /** Settles once the port is closed, by whomever. */
  readonly gone: Promise<Result<never>>
  send(bytes: Uint8Array): Promise<Result<null>>
  /** The next `count` bytes; fewer where they do not come within `withinMs` of each other. */
  take(count: number, withinMs: number): Promise<Result<Uint8Array>>
  /** Forgets what has arrived. */
  discard(): void
}

/** Those of a board's line that say more to whoever flashes. */
const codes: { readonly [code: string]: Code } = {
  'board/no-port': 'flash/no-port',
  'board/no-permission': 'flash/no-permission',
  'board/port-busy': 'flash/port-busy',
  'board/port-failed': 'flash/port-failed',
}
/** What is kept of bytes that nobody takes. */
const heldBytesMax = 65_536

/**
 * Opens the line to a board for flashing: a serial port, or `ble:NAME`.
 * @param signal - ends everything with flash/interrupted.
 * Errors: flash/no-port, flash/no-permission, flash/port-busy, flash/port-failed, flash/interrupted; those of Bluetooth.
 */
export const openTransport = async (
  path: string,
  baudRate: number,
  signal: AbortSignal,
): Promise<Result<FlashTransport>> => {
  const gone = () => fail(signal.aborted ? 'flash/interrupted' : 'flash/unplugged', path)
  const line = await openBoardLine(path, baudRate, signal)
  if (!line.ok) return signal.aborted ? gone() : fail(codes[line.error.code] ?? line.error.code, line.error.detail)
  const { send, onData, setBaud, control, close } = line.value
  let held = Buffer.alloc(0)
  let isLost = false
  let wake = (): void => {}
  onData((data) => {
    held = Buffer.concat([held, data]).subarray(-heldBytesMax)
    wake()
  })
  const closed = line.value.gone.then(() => {
    isLost = true
    wake()
    return gone()
  })
  const more = (withinMs: number): Promise<boolean> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), withinMs)
      wake = () => {
        clearTimeout(timer)
        resolve(true)
      }
    })
  return ok({
    path,
    gone: closed,
    send: async (bytes) => ((await send(bytes)).ok ? ok(null) : gone()),
    take: async (count, withinMs) => {
      while (held.length < count && !isLost) if (!(await more(withinMs))) break
      if (held.length < count && isLost) return gone()
      const taken = held.subarray(0, count)
      held = held.subarray(taken.length)
      return ok(Uint8Array.from(taken))
    },
    discard: () => {
      held = Buffer.alloc(0)
    },
    setBaud,
    control,
    close,
  })
}
