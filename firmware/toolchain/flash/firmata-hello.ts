import type { Result } from '../../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../../device-sdk/protocol/index.ts'
import type { FlashJob } from './protocol.ts'

/** Firmata protocol, "Query Firmware Name and Version": 0xF9 major minor, at its start and when asked. */
const reportVersion = 0xf9
const byteMs = 500
const helloMs = 10_000

/** Waits for the protocol version that Firmata reports when it starts. Errors: flash/no-hello. */
export const firmataHello = async ({ transport, board, onProgress }: FlashJob): Promise<Result<string>> => {
  onProgress('hello', 0, 0)
  await transport.setBaud(board.console?.baud ?? 57_600)
  const end = performance.now() + helloMs
  while (performance.now() < end) {
    const head = await transport.take(1, byteMs)
    if (!head.ok) return head
    if (head.value[0] === reportVersion) {
      const version = await transport.take(2, byteMs)
      if (!version.ok) return version
      const [major = 0x80, minor = 0x80] = version.value
      // Data bytes have seven bits; anything else is noise of the boot loader at its other speed.
      if (major < 0x80 && minor < 0x80) return ok(`Firmata ${major}.${minor}`)
    }
    if (head.value.length > 0) continue
    const asked = await transport.send(Uint8Array.of(reportVersion))
    if (!asked.ok) return asked
  }
  return fail('flash/no-hello', `${transport.path}: no version of Firmata`)
}
