import { badField, readFields } from './body-list.ts'
import { encode } from './cbor/encode.ts'
import { isBytes } from './cbor/value.ts'
import type { Result } from './result.ts'
import { ok } from './result.ts'

/** A device asks for the time: `nonce` of 8 bytes comes back in the answer; `session` asks for a session too. */
export type TimeRequest = { readonly nonce: Uint8Array; readonly session: boolean }

export const encodeTimeRequest = (request: TimeRequest): Uint8Array => encode([request.nonce, request.session ? 1 : 0])

export const readTimeRequest = (payload: Uint8Array): Result<TimeRequest> => {
  const fields = readFields(payload, 'a time request', 2, 2)
  if (!fields.ok) return fields
  const nonce = fields.value[0]
  const want = fields.value[1]
  if (!isBytes(nonce, 8) || (want !== 0 && want !== 1)) return badField('a time request')
  return ok({ nonce, session: want === 1 })
}
