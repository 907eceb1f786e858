import { fromHex, toHex } from './bytes.ts'
import type { CborValue } from './cbor/value.ts'
import { isBytes, isUint32 } from './cbor/value.ts'

/** A boot counter, or a session of 8 bytes that a gateway issued to a device where nothing persists. */
export type Boot = number | Uint8Array

export const isBoot = (value: CborValue | undefined): value is Boot => isUint32(value) || isBytes(value, 8)

/** A boot with its type, for keys: 8 hex digits for a counter, 16 for a session. Counters sort as they count. */
export const bootKey = (boot: Boot): string =>
  typeof boot === 'number' ? `0000000${boot.toString(16)}`.slice(-8) : toHex(boot)

/** The boot that a key names. */
export const bootOfKey = (key: string): Boot => (key.length === 8 ? Number.parseInt(key, 16) : (fromHex(key) ?? 0))
