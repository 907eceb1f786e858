import { badField, readFields } from '../body-list.ts'
import { encode } from '../cbor/encode.ts'
import { isBytes, isUint } from '../cbor/value.ts'
import type { Result } from '../result.ts'
import { ok } from '../result.ts'

/**
 * What a provisioner asks a board to prove: possession of its key, for this nonce; and with `claim`, that it accepts an owner. The
 * board builds `enrol` and DeviceClaim out of these fields itself: no frame takes a digest.
 */
export type Prove = {
  readonly net: number
  /** 8 to 64 bytes. */
  readonly nonce: Uint8Array
  /** `owner` has 20 bytes, `expires` is in Unix seconds. */
  readonly claim?: { readonly chainId: number; readonly owner: Uint8Array; readonly expires: number }
}

export const encodeProve = (prove: Prove): Uint8Array => {
  const claim = prove.claim
  const fields = [prove.net, prove.nonce]
  return encode(claim === undefined ? fields : fields.concat([claim.chainId, claim.owner, claim.expires]))
}

export const readProve = (body: Uint8Array): Result<Prove> => {
  const fields = readFields(body, 'a request to prove', 2, 5)
  if (!fields.ok) return fields
  const net = fields.value[0]
  const nonce = fields.value[1]
  const chainId = fields.value[2]
  const owner = fields.value[3]
  const expires = fields.value[4]
  if (!isUint(net) || !(nonce instanceof Uint8Array) || nonce.length < 8 || nonce.length > 64) {
    return badField('a request to prove')
  }
  if (fields.value.length === 2) return ok({ net, nonce })
  return isUint(chainId) && isBytes(owner, 20) && isUint(expires)
    ? ok({ net, nonce, claim: { chainId, owner, expires } })
    : badField('a request to prove')
}

/** The number of the refusal, and the type of the frame that is refused. */
export type Refusal = { readonly type: number; readonly refusal: number }

export const encodeRefusal = (refusal: Refusal): Uint8Array => encode([refusal.type, refusal.refusal])

export const readRefusal = (body: Uint8Array): Result<Refusal> => {
  const fields = readFields(body, 'a refusal', 2, 2)
  if (!fields.ok) return fields
  const type = fields.value[0]
  const refusal = fields.value[1]
  return isUint(type) && isUint(refusal) ? ok({ type, refusal }) : badField('a refusal')
}
