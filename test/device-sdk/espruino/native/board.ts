import type { NativeBoard } from '../../../../device-sdk/espruino/native/native-crypto.ts'
import { arenaBytes, type Emulator } from '../../../../scripts/native/emulator.ts'
import { bytes } from './fixtures.ts'

/**
 * Espruino's `E` as far as machine code goes: what is in one piece has an address, and a call runs the emulated code. A text is in one
 * piece where it is flash; with `memoryBytes` it is none, and what is made flat may not be larger. `oddly` moves everything by one byte,
 * as firmware with a fault in its memory may.
 */
export function emulatedBoard(emulator: Emulator, faults: { memoryBytes?: number; oddly?: boolean } = {}) {
  const flat = new Set<unknown>()
  const values: (string | Uint8Array)[] = []
  const signatures: string[] = []
  const state = { oddly: faults.oddly ?? false }
  const addressOf = (value: string | Uint8Array): number => {
    const known = values.indexOf(value)
    const index = known >= 0 ? known : values.push(value) - 1
    return 0x2000_0000 + index * 0x1000 + (state.oddly ? 1 : 0)
  }
  const valueAt = (address: number) => values[(address - 0x2000_0000) >> 12] ?? bytes('')
  const board: NativeBoard = {
    nativeCall: (address, signature) => {
      signatures.push(`${address.toString(16)} ${signature}`)
      return (what, io, third) => {
        const arena = valueAt(io)
        const message = Buffer.from(valueAt(third) as string, 'latin1')
        if (typeof arena === 'string' || arena.length !== arenaBytes) throw new Error('the arena is not one')
        const reply = emulator.runRaw(what, arena, (what & 255) >= 4 ? message : new Uint8Array())
        arena.set(reply.arena)
        return reply.result
      }
    },
    toFlatString: (data) => {
      if (data.length > (faults.memoryBytes ?? 1 << 20)) return undefined
      const text = typeof data === 'string' ? data : Buffer.from(data).toString('latin1')
      flat.add(text)
      return text
    },
    getAddressOf: (value, ofBytes) => {
      const isWhole = faults.memoryBytes === undefined || typeof value !== 'string' || flat.has(value)
      return ofBytes && isWhole ? addressOf(value) : 0
    },
  }
  return {
    board,
    signatures,
    state,
    arenas: () => values.filter((value) => typeof value !== 'string' && value.length === arenaBytes),
  }
}
