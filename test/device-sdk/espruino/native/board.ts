import type { NativeBoard } from '../../../../device-sdk/espruino/native/native-crypto.ts'
import { arenaBytes, type Emulator } from '../../../../scripts/native/emulator.ts'
import { bytes } from './fixtures.ts'

/**
 * Espruino's `E` as far as machine code goes: what is flat has an address, and a call runs the emulated code.
 * `oddly` moves everything by one byte, as firmware with a fault in its memory may.
 */
export function emulatedBoard(emulator: Emulator, faults: { memoryBytes?: number; oddly?: boolean } = {}) {
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
    nativeCall: (offset, signature) => {
      signatures.push(`${offset} ${signature}`)
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
      return typeof data === 'string' ? data : Buffer.from(data).toString('latin1')
    },
    getAddressOf: (value, flat) => (flat ? addressOf(value) : 0),
  }
  return { board, signatures, state, arenas: () => values.filter((value) => typeof value !== 'string') }
}
