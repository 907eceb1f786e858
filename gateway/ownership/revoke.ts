import type { Result } from '../../device-sdk/protocol/index.ts'
import { equalBytes, fail, ok } from '../../device-sdk/protocol/index.ts'
import { evmAddress } from '../../device-sdk/signer/index.ts'
import type { Change } from '../registry/index.ts'
import type { Device, HistoryRow } from '../store/index.ts'
import type { OwnershipDeps } from './deps.ts'
import { applyChange } from './deps.ts'
import { cancelledRotation, ownerStep } from './owner-step.ts'
import type { Proof } from './proof.ts'
import { noProof } from './proof.ts'
import { newDevice } from './register.ts'
import { hexOf } from './typed-json.ts'

/** DeviceRevoke, signed by the owner. */
export type Revoke = {
  readonly owner: Uint8Array
  readonly reason: number
  readonly nonce: Uint8Array
  readonly expires: number
  readonly ownerSignature: Uint8Array
}

/** What may be revoked: a device, or the new key of a rotation that waits. `ends` is the device whose rotation ends with it. */
type Target = { readonly device: Device; readonly ends: string }

const targetOf = (kid: string, deps: OwnershipDeps): Result<Target> => {
  const device = deps.registry.get(kid)
  if (device?.status === 'rotated') return fail('device/rotated', kid)
  if (device !== null) return ok({ device, ends: kid })
  const rotation = deps.registry.rotationTo(kid)
  const old = rotation === null ? null : deps.registry.get(rotation.kid)
  if (rotation === null || old === null) return fail('device/unknown', kid)
  const key = { kid, publicKey: rotation.publicKey, address: evmAddress(rotation.publicKey) }
  return ok({ device: newDevice(key, { name: old.name, owner: old.owner, place: null }, deps), ends: old.kid })
}

const revocation = ({ device, ends }: Target, actor: string, proof: Proof, deps: OwnershipDeps) => {
  const revoked: Device = { ...device, status: 'revoked', pendingUntilMs: null }
  const row: HistoryRow = { atMs: deps.now(), kid: device.kid, event: 'device/revoked', actor, ...proof }
  const change: Change = {
    devices: [revoked],
    history: [...cancelledRotation(ends, actor, deps), row],
    rotationEnds: ends,
  }
  return { revoked, change }
}

/** Revokes by the host's word. A second time changes nothing. Errors: device/unknown, device/rotated. */
export const revokeAsHost = (kid: string, reason: number, deps: OwnershipDeps): Result<Device> => {
  const target = targetOf(kid, deps)
  if (!target.ok) return target
  if (target.value.device.status === 'revoked') return ok(target.value.device)
  const { revoked, change } = revocation(target.value, 'admin', noProof({ reason }), deps)
  applyChange(change, deps)
  return ok(revoked)
}

/** Revokes by the owner's signature. Errors: device/unknown, device/rotated, device/revoked, claim/not-owner, those of `checkSigned`. */
export const revokeAsOwner = (kid: string, asked: Revoke, deps: OwnershipDeps): Result<Device> => {
  const { owner, reason, nonce, expires, ownerSignature } = asked
  const target = targetOf(kid, deps)
  if (!target.ok) return target
  const { device } = target.value
  if (device.status === 'revoked') return fail('device/revoked', kid)
  if (device.owner === null || !equalBytes(device.owner, owner)) {
    return fail('claim/not-owner', `${kid}, ${hexOf(owner)}`)
  }
  const fields = { device: device.address, owner, reason }
  const signed = { name: 'DeviceRevoke', fields, nonce, expires, signatures: { owner: ownerSignature } } as const
  const done = ownerStep(signed, (proof) => revocation(target.value, hexOf(owner), proof, deps).change, deps)
  return done.ok ? ok({ ...device, status: 'revoked', pendingUntilMs: null }) : done
}
