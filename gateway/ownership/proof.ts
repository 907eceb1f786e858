import type { Result, TypedMessages, TypedName } from '../../device-sdk/protocol/index.ts'
import { equalBytes, fail, ok, typedDigest } from '../../device-sdk/protocol/index.ts'
import { keccak256, recoverAddress } from '../../device-sdk/signer/index.ts'
import type { HistoryRow, HistorySignature, NoncePurpose } from '../store/index.ts'
import type { OwnershipDeps } from './deps.ts'
import { hexOf, messageToJson } from './typed-json.ts'

/** How far ahead of the gateway's clock a signed message may expire. */
const expiresSMax = 3_600

/** What stands in the history of a change that was signed: enough for a stranger to recover the signers. */
export type Proof = Pick<HistoryRow, 'detail' | 'digest' | 'signatures'>
export const noProof = (detail: HistoryRow['detail'] = {}): Proof => ({ detail, digest: null, signatures: [] })

/** The fields of a message that name an address which signs. */
export type SignerField = 'owner' | 'device' | 'from' | 'to' | 'newDevice'
/** r || s || v of each signer. */
export type Signatures = Readonly<Partial<Record<SignerField, Uint8Array>>>

/** `fields` is the message but for net, nonce and expires; `nonce` is as the gateway gave it. */
export type Signed<Name extends TypedName> = {
  readonly name: Name
  readonly fields: Omit<TypedMessages[Name], 'net' | 'nonce' | 'expires'>
  readonly nonce: Uint8Array
  readonly expires: number
  readonly signatures: Signatures
}

const expiryFault = (expires: number, nowMs: number): Result<never> | null => {
  if (expires * 1000 < nowMs) return fail('claim/expired', `expired at ${expires}`)
  const aheadS = expires - Math.floor(nowMs / 1000)
  return aheadS > expiresSMax ? fail('claim/expires-late', `${aheadS} s ahead, at most ${expiresSMax}`) : null
}

/**
 * Whether everybody signed who must, over this network, chain and nonce, in time: cheapest checks first.
 * Errors: claim/expired, claim/expires-late, enrol/nonce-unknown, claim/nonce-unknown, claim/bad-signature.
 */
export const checkSigned = <Name extends TypedName>(
  { name, fields, nonce, expires, signatures }: Signed<Name>,
  purpose: NoncePurpose,
  deps: OwnershipDeps,
): Result<Proof> => {
  const nowMs = deps.now()
  const late = expiryFault(expires, nowMs)
  if (late !== null) return late
  if (!deps.store.nonces.has(nonce, purpose, nowMs)) return nonceGone(purpose)
  const bound = { net: deps.net, nonce: deps.sha256(nonce), expires }
  const message = { ...fields, ...bound } as unknown as TypedMessages[Name]
  const digest = typedDigest(name, message, deps.chainId, keccak256)
  const kept: HistorySignature[] = []
  for (const [by, signature] of Object.entries(signatures)) {
    const address = (message as Readonly<Record<string, unknown>>)[by]
    const signer = recoverAddress(digest, signature)
    if (signer === null) return fail('claim/bad-signature', `${by}: no signature r || s || v in its low-S form`)
    if (!(address instanceof Uint8Array) || !equalBytes(signer, address)) {
      return fail('claim/bad-signature', `${by}: made by ${hexOf(signer)}, or over other fields`)
    }
    kept.push({ by, address: hexOf(address), signature: hexOf(signature) })
  }
  const detail = { type: name, chainId: deps.chainId, message: messageToJson(message) }
  return ok({ detail, digest, signatures: kept })
}

export const nonceGone = (purpose: NoncePurpose): Result<never> =>
  fail(purpose === 'enrol' ? 'enrol/nonce-unknown' : 'claim/nonce-unknown')
