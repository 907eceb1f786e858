import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import { evmAddress } from '../../device-sdk/signer/index.ts'
import type { Change, ProvenKey } from '../registry/index.ts'
import { readProvenKey } from '../registry/index.ts'
import type { Device, HistoryRow, Rotation } from '../store/index.ts'
import type { OwnershipDeps } from './deps.ts'
import { cancelledRotation, ownedBy, ownerStep } from './owner-step.ts'
import type { Proof } from './proof.ts'
import { noProof } from './proof.ts'
import { newDevice } from './register.ts'
import { hexOf } from './typed-json.ts'

/** DeviceRotate, signed by owner and new key, and by the old key where it still can. `enrol` proves the new key. */
export type Rotate = {
  readonly enrol: Uint8Array
  readonly owner: Uint8Array
  readonly expires: number
  readonly ownerSignature: Uint8Array
  readonly newKeySignature: Uint8Array
  readonly oldKeySignature?: Uint8Array | undefined
}

/** A rotation that took effect, with the new device; or one that waits. */
export type Rotated = { readonly device: Device } | { readonly waits: Rotation }

/** The new key in the place of the old one, which ends. Proof stands with the old one; the new one says whence it came. */
const replaced = (
  old: Device,
  key: Omit<ProvenKey, 'nonce'>,
  actor: string,
  proof: Proof,
  deps: OwnershipDeps,
): { readonly heir: Device; readonly change: Change } => {
  const heir = newDevice(key, old, deps)
  const ended: Device = { ...old, status: 'rotated', rotatedTo: key.kid, pendingUntilMs: null }
  const at = { atMs: deps.now(), actor }
  const history: HistoryRow[] = [
    { ...at, kid: old.kid, event: 'device/rotated', ...proof, detail: { ...proof.detail, newKid: key.kid } },
    { ...at, kid: key.kid, event: 'device/enrolled', ...noProof({ rotatedFrom: old.kid }) },
  ]
  return { heir, change: { devices: [ended, heir], history, rotationEnds: old.kid } }
}

/** A rotation whose time has come. The caller has made sure that the old device is in service. */
export const dueRotation = (old: Device, { newKid, publicKey }: Rotation, deps: OwnershipDeps): Change =>
  replaced(old, { kid: newKid, publicKey, address: evmAddress(publicKey) }, 'gateway', noProof(), deps).change

/**
 * Puts a new key in the place of a device's: at once where the old key signs too, else after the wait, so that whoever stole the
 * owner's key alone is seen in time. The newest rotation replaces one that waits.
 * Errors: those of the enrolment message and of `ownedBy` and `checkSigned`, and enrol/kid-taken.
 */
export const rotateDevice = (kid: string, asked: Rotate, deps: OwnershipDeps): Result<Rotated> => {
  const { owner, expires, ownerSignature, newKeySignature, oldKeySignature } = asked
  const device = ownedBy(owner, kid, deps)
  if (!device.ok) return device
  const proven = readProvenKey(asked.enrol, deps)
  if (!proven.ok) return proven
  const { nonce, ...key } = proven.value
  const waiting = deps.registry.rotationTo(key.kid)
  if (deps.registry.get(key.kid) !== null || (waiting !== null && waiting.kid !== kid)) {
    return fail('enrol/kid-taken', key.kid)
  }
  const old = device.value
  const fields = { device: old.address, newPublicKey: key.publicKey, newDevice: key.address, owner }
  const both = { owner: ownerSignature, newDevice: newKeySignature }
  const signatures = oldKeySignature === undefined ? both : { ...both, device: oldKeySignature }
  const signed = { name: 'DeviceRotate', fields, nonce, expires, signatures } as const
  const actor = hexOf(owner)
  const cancelled = cancelledRotation(kid, actor, deps)

  if (oldKeySignature === undefined) {
    const rotation: Rotation = {
      kid,
      newKid: key.kid,
      publicKey: key.publicKey,
      dueMs: deps.now() + deps.rotateWaitS * 1000,
    }
    const { newKid, dueMs } = rotation
    const row = { atMs: deps.now(), kid, event: 'device/rotation-waits', actor } as const
    const wait = (proof: Proof) => ({
      devices: [],
      history: [...cancelled, { ...row, ...proof, detail: { ...proof.detail, newKid, dueMs } }],
      rotation,
    })
    const done = ownerStep(signed, wait, deps)
    return done.ok ? ok({ waits: rotation }) : done
  }
  let heir = old
  const turn = (proof: Proof): Change => {
    const turned = replaced(old, key, actor, proof, deps)
    heir = turned.heir
    return { ...turned.change, history: [...cancelled, ...turned.change.history] }
  }
  const done = ownerStep(signed, turn, deps)
  return done.ok ? ok({ device: heir }) : done
}
