import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import type { Store } from '../store/index.ts'
import type { Registry } from './registry.ts'
import { inService } from './registry.ts'

const relaysPerDeviceMax = 16

/** Which relays may carry messages of which devices: held in memory over the store, looked up for every relayed message. */
export const openRelays = (store: Store, registry: Registry, now: () => number) => {
  const byDevice = new Map<string, Set<string>>()
  const relaysOf = (kid: string): Set<string> => byDevice.get(kid) ?? new Set()
  for (const { kid, relay } of store.relays.all()) byDevice.set(kid, relaysOf(kid).add(relay))

  return {
    allows: (kid: string, relay: string): boolean => byDevice.get(kid)?.has(relay) === true,
    /** In the order in which they were approved. */
    of: (kid: string): string[] => [...relaysOf(kid)],
    /** Both must be in service. Errors: those of `inService`, relay/own-relay, relay/too-many. */
    approve: (kid: string, relay: string): Result<string[]> => {
      for (const one of [kid, relay]) {
        const device = inService(registry, one)
        if (!device.ok) return device
      }
      if (kid === relay) return fail('relay/own-relay', kid)
      const relays = relaysOf(kid)
      if (!relays.has(relay) && relays.size >= relaysPerDeviceMax) return fail('relay/too-many', kid)
      store.relays.approve({ kid, relay }, now())
      byDevice.set(kid, relays.add(relay))
      return ok([...relays])
    },
    withdraw: (kid: string, relay: string): Result<string[]> => {
      if (registry.get(kid) === null) return fail('device/unknown', kid)
      store.relays.withdraw({ kid, relay })
      byDevice.get(kid)?.delete(relay)
      return ok([...relaysOf(kid)])
    },
  }
}

export type Relays = ReturnType<typeof openRelays>

/**
 * The key that must have signed what comes in the name of a device; null where a relay is not approved for it, and where the
 * registration lapsed. A key that was rotated is as good as revoked.
 */
export const deviceKeys =
  (registry: Registry, relays: Relays) =>
  (kid: string, via?: string): { readonly publicKey: Uint8Array; readonly revoked: boolean } | null => {
    const device = via === undefined || relays.allows(kid, via) ? registry.get(kid) : null
    if (device === null || device.status === 'lapsed') return null
    return { publicKey: device.publicKey, revoked: device.status === 'revoked' || device.status === 'rotated' }
  }
