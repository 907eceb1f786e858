import type { Result } from '../../device-sdk/protocol/index.ts'
import { ok } from '../../device-sdk/protocol/index.ts'
import { inService, placeOfCell } from '../registry/index.ts'
import type { AssertedPlace, Device, HistoryRow } from '../store/index.ts'
import type { OwnershipDeps } from './deps.ts'
import { applyChange } from './deps.ts'
import { ownedBy, ownerStep } from './owner-step.ts'
import type { Proof } from './proof.ts'
import { noProof } from './proof.ts'
import { hexOf } from './typed-json.ts'

/** DeviceLocation, signed by the owner. */
export type Location = {
  readonly owner: Uint8Array
  readonly cell: string
  readonly altitudeDm: number
  readonly gainDdbi: number
  readonly nonce: Uint8Array
  readonly expires: number
  readonly ownerSignature: Uint8Array
}

const placing = (placed: Device, place: AssertedPlace, actor: string, proof: Proof, atMs: number) => {
  const row: HistoryRow = {
    atMs,
    kid: placed.kid,
    event: 'device/placed',
    actor,
    ...proof,
    detail: { ...proof.detail, place },
  }
  return { devices: [placed], history: [row] }
}

/** Places a device by the host's word. Errors: those of `inService`. */
export const placeAsHost = (kid: string, place: AssertedPlace, deps: OwnershipDeps): Result<Device> => {
  const device = inService(deps.registry, kid)
  if (!device.ok) return device
  const placed: Device = { ...device.value, place }
  applyChange(placing(placed, place, 'admin', noProof(), deps.now()), deps)
  return ok(placed)
}

/** Places a device by its owner's signature. Errors: those of `ownedBy` and `checkSigned`, place/not-a-cell. */
export const placeAsOwner = (kid: string, asked: Location, deps: OwnershipDeps): Result<Device> => {
  const { owner, cell, altitudeDm, gainDdbi, nonce, expires, ownerSignature } = asked
  const device = ownedBy(owner, kid, deps)
  if (!device.ok) return device
  const place = placeOfCell(cell, gainDdbi, altitudeDm)
  if (!place.ok) return place
  const placed: Device = { ...device.value, place: place.value }
  const fields = { device: placed.address, owner, cell, altitudeDm, gainDdbi }
  const signed = { name: 'DeviceLocation', fields, nonce, expires, signatures: { owner: ownerSignature } } as const
  const done = ownerStep(signed, (proof) => placing(placed, place.value, hexOf(owner), proof, deps.now()), deps)
  return done.ok ? ok(placed) : done
}
