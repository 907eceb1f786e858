import type { Code, Result } from '../../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../../device-sdk/protocol/index.ts'
import { holderOf, openLine } from '../../../device-sdk/sensors/index.ts'

/** Bytes to and from a board. A failure of any of these ends the flash. Errors: flash/unplugged, flash/interrupted. */
export type FlashTransport = {
  readonly path: string
  /** Settles once the port is closed, by whomever. */
  readonly gone: Promise<Result<never>>
  send(bytes: Uint8Array): Promise<Result<null>>
  /** The next `count` bytes; fewer where they do not come within `withinMs` of each other. */
  take(count: number, withinMs: number): Promise<Result<Uint8Array>>
  /** Forgets what has arrived. */
  discard(): void
  setBaud(rate: number): Promise<void>
  /** Sets the control lines; a port without them, such as a pseudo-terminal, stays as it is. */
  control(lines: { readonly dtr: boolean; readonly rts: boolean }): Promise<void>
  close(): Promise<void>
}

const codes: { readonly [code: string]: Code } = {
  'sensor/no-port': 'flash/no-port',
  'sensor/no-permission': 'flash/no-permission',
  'sensor/port-busy': 'flash/port-busy',
  'sensor/port-failed': 'flash/port-failed',
}
/** What is kept of bytes that nobody takes. */
const heldBytesMax = 65_536

/**
 * Opens a serial port for flashing.
 * @param signal - ends everything with flash/interrupted.
 * Errors: flash/no-port, flash/no-permission, flash/port-busy, flash/port-failed.
 */
export const openTransport = async (
  path: string,
  baudRate: number,
  signal: AbortSignal,
): Promise<Result<FlashTransport>> => {
  // Why before opening: a program that took no lock, such as a terminal, would eat half of the answers.
  const holder = await holderOf(path)
  if (holder !== null) return fail('flash/port-busy', `${path} is held by ${holder}`)
  const line = await openLine(path, baudRate, signal)
  if (!line.ok) return fail(codes[line.error.code] ?? 'flash/port-failed', line.error.detail)
  const { port, lost, close } = line.value
  let held = Buffer.alloc(0)
  let wake = (): void => {}
  port.on('data', (data: Buffer) => {
    held = Buffer.concat([held, data]).subarray(-heldBytesMax)
    wake()
  })
  const gone = () => fail(signal.aborted ? 'flash/interrupted' : 'flash/unplugged', path)
  const closed = new Promise<Result<never>>((resolve) => {
    port.once('close', () => {
      wake()
      resolve(gone())
    })
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
    send: (bytes) =>
      new Promise((resolve) => {
        if (lost()) return resolve(gone())
        const end = (): void => resolve(gone())
        port.once('close', end)
        port.write(bytes, (error) => {
          port.off('close', end)
          resolve(error instanceof Error ? gone() : ok(null))
        })
      }),
    take: async (count, withinMs) => {
      while (held.length < count && !lost()) if (!(await more(withinMs))) break
      if (held.length < count && lost()) return gone()
      const taken = held.subarray(0, count)
      held = held.subarray(taken.length)
      return ok(Uint8Array.from(taken))
    },
    discard: () => {
      held = Buffer.alloc(0)
    },
    setBaud: (rate) => new Promise((resolve) => port.update({ baudRate: rate }, () => resolve())),
    control: (lines) => new Promise((resolve) => (lost() ? resolve() : port.set(lines, () => resolve()))),
    close,
  })
}
