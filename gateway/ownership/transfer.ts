import type { Result } from '../../device-sdk/protocol/index.ts'
import { equalBytes, fail, ok } from '../../device-sdk/protocol/index.ts'
import type { Device } from '../store/index.ts'
import type { OwnershipDeps } from './deps.ts'
import { cancelledRotation, ownedBy, ownerStep } from './owner-step.ts'
import { hexOf } from './typed-json.ts'

/** DeviceTransfer, signed by both. */
export type Transfer = {
  readonly from: Uint8Array
  readonly to: Uint8Array
  readonly nonce: Uint8Array
  readonly expires: number
  readonly fromSignature: Uint8Array
  readonly toSignature: Uint8Array
}

/** Gives a device to another owner. A rotation that the old owner ordered does not happen. */
export const transferDevice = (kid: string, asked: Transfer, deps: OwnershipDeps): Result<Device> => {
  const { from, to, nonce, expires, fromSignature, toSignature } = asked
  const device = ownedBy(from, kid, deps)
  if (!device.ok) return device
  if (equalBytes(from, to)) return fail('api/bad-request', 'from and to are the same address')
  const given: Device = { ...device.value, owner: to }
  const fields = { device: device.value.address, from, to }
  const signatures = { from: fromSignature, to: toSignature }
  const done = ownerStep(
    { name: 'DeviceTransfer', fields, nonce, expires, signatures },
    (proof) => ({
      devices: [given],
      history: [
        ...cancelledRotation(kid, hexOf(from), deps),
        { atMs: deps.now(), kid, event: 'device/transferred', actor: hexOf(from), ...proof },
      ],
      rotationEnds: kid,
    }),
    deps,
  )
  return done.ok ? ok(given) : done
}
