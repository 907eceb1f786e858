import { decode } from './cbor/decode.ts'
import type { CborValue } from './cbor/value.ts'
import { isList } from './cbor/value.ts'
import type { Result } from './result.ts'
import { fail, ok } from './result.ts'

/** A body that is an array: its fields, as many as the type has. `what` names the type in a failure. */
export const readFields = (
  payload: Uint8Array,
  what: string,
  least: number,
  most: number,
): Result<readonly CborValue[]> => {
  const decoded = decode(payload)
  if (!decoded.ok) return decoded
  const list = decoded.value
  if (isList(list) && list.length >= least && list.length <= most) return ok(list)
  return fail('wire/malformed', `${what} is an array with another number of fields`)
}

export const badField = (what: string): Result<never> => fail('wire/malformed', `a field of ${what}`)
