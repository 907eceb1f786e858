import { decode } from '../../protocol/cbor/decode.ts'
import type { CborValue } from '../../protocol/cbor/value.ts'
import type { PinnedTrust } from '../../protocol/index.ts'
import { readTrust } from '../../protocol/trust.ts'

export const trustOf = (body: Uint8Array): PinnedTrust | null => {
  const decoded = decode(body)
  const trust = decoded.ok && Array.isArray(decoded.value) ? readTrust(decoded.value as CborValue[]) : decoded
  return trust.ok ? (trust.value as PinnedTrust) : null
}
