import type { Change, HashAndVerify, Registry } from '../registry/index.ts'
import type { Device, HistoryRow, Store } from '../store/index.ts'

export type OwnershipDeps = HashAndVerify & {
  readonly net: number
  readonly chainId: number
  readonly store: Store
  readonly registry: Registry
  /** How long a device has for its first accepted report. */
  readonly pendingS: number
  /** How long a rotation without the old key's signature waits. */
  readonly rotateWaitS: number
  now(): number
  /** Called with every change once it is on disk. */
  changed(row: HistoryRow): void
  /** Ends the connection of a device whose key is no longer good. */
  disconnect(kid: string): void
}

const serves = ({ status }: Device): boolean => status === 'pending' || status === 'active'

/** Makes a change durable, ends the connections of the keys that it ends, and tells. @returns false where its nonce is gone. */
export const applyChange = (change: Change, deps: OwnershipDeps): boolean => {
  if (!deps.registry.apply(change)) return false
  for (const device of change.devices) if (!serves(device)) deps.disconnect(device.kid)
  for (const row of change.history) deps.changed(row)
  return true
}
