import { badField, readFields } from './body-list.ts'
import { encode } from './cbor/encode.ts'
import { isBytes, isUint, isUint32 } from './cbor/value.ts'
import type { Result } from './result.ts'
import { ok } from './result.ts'

/** Firmware `firmware` (a sequence number that rises) for `board`: `size` bytes with this SHA-256, to be fetched at `url`. */
export type Update = {
  readonly n: number
  readonly firmware: number
  readonly size: number
  readonly sha256: Uint8Array
  readonly board: string
  readonly url: string
}

export const encodeUpdate = (update: Update): Uint8Array =>
  encode([update.n, update.firmware, update.size, update.sha256, update.board, update.url])

export const readUpdate = (payload: Uint8Array): Result<Update> => {
  const fields = readFields(payload, 'an update', 6, 6)
  if (!fields.ok) return fields
  const n = fields.value[0]
  const firmware = fields.value[1]
  const size = fields.value[2]
  const sha256 = fields.value[3]
  const board = fields.value[4]
  const url = fields.value[5]
  if (!isUint32(n) || !isUint32(firmware) || !isUint(size) || !isBytes(sha256, 32)) return badField('an update')
  if (typeof board !== 'string' || typeof url !== 'string') return badField('an update')
  return ok({ n, firmware, size, sha256, board, url })
}
