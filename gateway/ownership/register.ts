import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import type { ProvenKey } from '../registry/index.ts'
import { readProvenKey } from '../registry/index.ts'
import type { Device } from '../store/index.ts'
import type { OwnershipDeps } from './deps.ts'
import { applyChange } from './deps.ts'
import type { Proof } from './proof.ts'
import { checkSigned, nonceGone, noProof } from './proof.ts'
import { hexOf } from './typed-json.ts'

/** DeviceClaim: the owner's address, and what owner and device signed over the nonce of the enrolment. */
export type Claim = {
  readonly owner: Uint8Array
  readonly expires: number
  readonly deviceSignature: Uint8Array
  readonly ownerSignature: Uint8Array
}

const nameCharactersMax = 64

/** A device as it is when its key was just registered. */
export const newDevice = (
  { kid, publicKey, address }: Omit<ProvenKey, 'nonce'>,
  { name, owner, place }: Pick<Device, 'name' | 'owner' | 'place'>,
  { pendingS, now }: OwnershipDeps,
): Device => {
  const enrolledMs = now()
  const fresh = {
    status: 'pending',
    enrolledMs,
    pendingUntilMs: enrolledMs + pendingS * 1000,
    rotatedTo: null,
  } as const
  return { kid, publicKey, address, name, owner, place, ...fresh }
}

/** The device that a registration makes of what is known of its key; null where the key is taken. */
const registered = (key: ProvenKey, name: string | null, claim: Claim | null, deps: OwnershipDeps): Device | null => {
  const known = deps.registry.get(key.kid)
  const owner = claim?.owner ?? null
  // A registration that lapsed is over: the next one owes it nothing.
  if (known === null || known.status === 'lapsed') return newDevice(key, { name, owner, place: null }, deps)
  const isFree = known.owner === null && (known.status === 'pending' || known.status === 'active')
  return isFree && owner !== null ? { ...known, owner, name: name ?? known.name } : null
}

const checkClaim = ({ publicKey, address, nonce }: ProvenKey, claim: Claim, deps: OwnershipDeps): Result<Proof> => {
  const { owner, expires, deviceSignature, ownerSignature } = claim
  const signatures = { device: deviceSignature, owner: ownerSignature }
  const fields = { publicKey, device: address, owner }
  return checkSigned({ name: 'DeviceClaim', fields, nonce, expires, signatures }, 'enrol', deps)
}

/**
 * Registers the key that proves its possession, for an owner where there is a claim, else for the host. A device of the host
 * may be claimed later in the same way. The nonce is used up only where all signatures hold and the key is free.
 * Errors: those of the enrolment message, of `checkSigned`, and enrol/kid-taken.
 */
export const registerDevice = (
  message: Uint8Array,
  name: string | null,
  claim: Claim | null,
  deps: OwnershipDeps,
): Result<Device> => {
  const key = readProvenKey(message, deps)
  if (!key.ok) return key
  const { kid, nonce } = key.value
  if (!deps.store.nonces.has(nonce, 'enrol', deps.now())) return nonceGone('enrol')
  const device = registered(key.value, name === null ? null : name.slice(0, nameCharactersMax), claim, deps)
  if (device === null || deps.registry.rotationTo(kid) !== null) return fail('enrol/kid-taken', kid)
  const proof = claim === null ? ok(noProof({ name: device.name })) : checkClaim(key.value, claim, deps)
  if (!proof.ok) return proof
  const event = claim === null ? 'device/enrolled' : 'device/claimed'
  const actor = claim === null ? 'device' : hexOf(claim.owner)
  const row = { atMs: deps.now(), kid, event, actor, ...proof.value } as const
  const isApplied = applyChange(
    { devices: [device], history: [row], nonce: { value: nonce, purpose: 'enrol', nowMs: deps.now() } },
    deps,
  )
  return isApplied ? ok(device) : nonceGone('enrol')
}
