import type { Result, Sha256 } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import type { Device, HistoryRow, NoncePurpose, Rotation, Store } from '../store/index.ts'

/** What a step changes, all of it or nothing. */
export type Change = {
  /** Devices as they are from now on. */
  readonly devices: readonly Device[]
  readonly history: readonly HistoryRow[]
  /** Used up by the change: where it is not there, nothing changes. */
  readonly nonce?: { readonly value: Uint8Array; readonly purpose: NoncePurpose; readonly nowMs: number }
  /** Waits from now on, in place of one that waited for the same device. */
  readonly rotation?: Rotation
  /** The device whose rotation waits no longer. */
  readonly rotationEnds?: string
}

/** The devices and the rotations that wait, held in memory over the store: looked up for every message. */
export const openRegistry = (store: Store) => {
  const devices = new Map<string, Device>(store.devices.all().map((device) => [device.kid, device]))
  const rotations = new Map<string, Rotation>(store.rotations.all().map((rotation) => [rotation.kid, rotation]))

  const write = ({ devices, history, nonce, rotation, rotationEnds }: Change): boolean => {
    if (nonce !== undefined && !store.nonces.take(nonce.value, nonce.purpose, nonce.nowMs)) return false
    if (rotationEnds !== undefined) store.rotations.remove(rotationEnds)
    if (rotation !== undefined) store.rotations.put(rotation)
    for (const device of devices) store.devices.put(device)
    for (const row of history) store.history.add(row)
    return true
  }

  return {
    get: (kid: string): Device | null => devices.get(kid) ?? null,
    all: (): Device[] => [...devices.values()],
    /** The rotation that waits for this device. */
    rotationOf: (kid: string): Rotation | null => rotations.get(kid) ?? null,
    /** The rotation that waits to make this key a device. */
    rotationTo: (newKid: string): Rotation | null =>
      [...rotations.values()].find((rotation) => rotation.newKid === newKid) ?? null,
    rotations: (): Rotation[] => [...rotations.values()],
    /** One transaction; in memory only what is on disk. @returns false where the nonce is not there: nothing changed. */
    apply: (change: Change): boolean => {
      if (!store.atomically(() => write(change))) return false
      if (change.rotationEnds !== undefined) rotations.delete(change.rotationEnds)
      if (change.rotation !== undefined) rotations.set(change.rotation.kid, change.rotation)
      for (const device of change.devices) devices.set(device.kid, device)
      return true
    },
    /** What the store did already, together with the first accepted report. */
    activated: (kid: string): void => {
      const device = devices.get(kid)
      if (device !== undefined) devices.set(kid, { ...device, status: 'active', pendingUntilMs: null })
    },
  }
}

export type Registry = ReturnType<typeof openRegistry>
export type HashAndVerify = {
  readonly sha256: Sha256
  readonly verify: (digest: Uint8Array, publicKey: Uint8Array, signature: Uint8Array) => boolean
}

/** The device, where its key may be used. Errors: device/unknown, device/lapsed, device/rotated, device/revoked. */
export const inService = (registry: Registry, kid: string): Result<Device> => {
  const device = registry.get(kid)
  if (device === null) return fail('device/unknown', kid)
  if (device.status === 'lapsed') return fail('device/lapsed', kid)
  if (device.status === 'rotated') return fail('device/rotated', `${kid}, by ${device.rotatedTo ?? ''}`)
  return device.status === 'revoked' ? fail('device/revoked', kid) : ok(device)
}
