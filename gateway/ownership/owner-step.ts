import type { Result, TypedName } from '../../device-sdk/protocol/index.ts'
import { equalBytes, fail, ok } from '../../device-sdk/protocol/index.ts'
import type { Change } from '../registry/index.ts'
import { inService } from '../registry/index.ts'
import type { Device, HistoryRow } from '../store/index.ts'
import type { OwnershipDeps } from './deps.ts'
import { applyChange } from './deps.ts'
import type { Proof, Signed } from './proof.ts'
import { checkSigned, nonceGone, noProof } from './proof.ts'
import { hexOf } from './typed-json.ts'

/** The device, where it is in service and belongs to this address. Errors: those of `inService`, claim/not-owner. */
export const ownedBy = (owner: Uint8Array, kid: string, deps: OwnershipDeps): Result<Device> => {
  const device = inService(deps.registry, kid)
  if (!device.ok) return device
  const is = device.value.owner
  return is !== null && equalBytes(is, owner) ? device : fail('claim/not-owner', `${kid}, ${hexOf(owner)}`)
}

/** The row of the history that says that a rotation waits no longer; none where none waited. */
export const cancelledRotation = (kid: string, actor: string, deps: OwnershipDeps): HistoryRow[] => {
  const rotation = deps.registry.rotationOf(kid)
  const row = { atMs: deps.now(), kid, event: 'device/rotation-cancelled', actor } as const
  return rotation === null ? [] : [{ ...row, ...noProof({ newKid: rotation.newKid }) }]
}

/** Checks what an owner signed, and applies what it changes; the nonce is used up with it. */
export const ownerStep = <Name extends TypedName>(
  signed: Signed<Name>,
  change: (proof: Proof) => Omit<Change, 'nonce'>,
  deps: OwnershipDeps,
): Result<null> => {
  const proof = checkSigned(signed, 'owner', deps)
  if (!proof.ok) return proof
  const nonce = { value: signed.nonce, purpose: 'owner', nowMs: deps.now() } as const
  return applyChange({ ...change(proof.value), nonce }, deps) ? ok(null) : nonceGone('owner')
}
