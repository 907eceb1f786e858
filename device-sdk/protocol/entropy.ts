import { badField, readFields } from './body-list.ts'
import { encode } from './cbor/encode.ts'
import { isBytes, isUint32 } from './cbor/value.ts'
import type { Result } from './result.ts'
import { ok } from './result.ts'

/** One value of the published chain, 32 bytes: SHA-256(value at index) is the value at index - 1, and value 0 is the pinned tip. */
export type Entropy = { readonly index: number; readonly value: Uint8Array }

export const encodeEntropy = (entropy: Entropy): Uint8Array => encode([entropy.index, entropy.value])

export const readEntropy = (payload: Uint8Array): Result<Entropy> => {
  const fields = readFields(payload, 'an entropy body', 2, 2)
  if (!fields.ok) return fields
  const [index, value] = fields.value
  return isUint32(index) && isBytes(value, 32) ? ok({ index, value }) : badField('an entropy body')
}
