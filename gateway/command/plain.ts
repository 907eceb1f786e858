import type { CborValue } from '../../device-sdk/protocol/index.ts'
import { isList, isMap, toHex } from '../../device-sdk/protocol/index.ts'

/** A value of the wire as JSON can say it: byte strings in hex. */
export const plainValue = (value: CborValue): unknown => {
  if (value instanceof Uint8Array) return toHex(value)
  if (isList(value)) return value.map(plainValue)
  if (isMap(value)) return Object.fromEntries(value.entries.map(([key, inner]) => [String(key), plainValue(inner)]))
  return typeof value === 'object' && value !== null && 'float' in value ? value.float : value
}
