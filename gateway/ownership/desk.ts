import type { Result } from '../../device-sdk/protocol/index.ts'
import type { AssertedPlace, Device, HistoryRow, NoncePurpose } from '../store/index.ts'
import type { OwnershipDeps } from './deps.ts'
import { applyDue } from './due.ts'
import type { GivenNonce } from './nonces.ts'
import { giveNonce } from './nonces.ts'
import type { Location } from './place.ts'
import { placeAsHost, placeAsOwner } from './place.ts'
import type { Claim } from './register.ts'
import { registerDevice } from './register.ts'
import type { Revoke } from './revoke.ts'
import { revokeAsHost, revokeAsOwner } from './revoke.ts'
import type { Rotate, Rotated } from './rotate.ts'
import { rotateDevice } from './rotate.ts'
import type { Transfer } from './transfer.ts'
import { transferDevice } from './transfer.ts'

const historyMax = 1_000
const locationsMax = 1_000

/**
 * Who owns which device, and which keys are good: every change is signed by whom it binds or made by the host, takes effect with
 * its row of the history in one transaction, and is told once it is on disk. What is due at the start happens here.
 */
export const openOwnership = (deps: OwnershipDeps) => {
  applyDue(deps)
  const { store, registry } = deps
  return {
    nonce: (purpose: NoncePurpose): Result<GivenNonce> => giveNonce(purpose, deps),
    register: (message: Uint8Array, name: string | null, claim: Claim | null): Result<Device> =>
      registerDevice(message, name, claim, deps),
    transfer: (kid: string, asked: Transfer): Result<Device> => transferDevice(kid, asked, deps),
    rotate: (kid: string, asked: Rotate): Result<Rotated> => rotateDevice(kid, asked, deps),
    revoke: (kid: string, asked: Revoke): Result<Device> => revokeAsOwner(kid, asked, deps),
    revokeAsHost: (kid: string, reason: number): Result<Device> => revokeAsHost(kid, reason, deps),
    place: (kid: string, asked: Location): Result<Device> => placeAsOwner(kid, asked, deps),
    placeAsHost: (kid: string, place: AssertedPlace): Result<Device> => placeAsHost(kid, place, deps),
    /** The store made a pending device active together with its first accepted report. */
    activated: (first: HistoryRow): void => {
      registry.activated(first.kid)
      deps.changed(first)
    },
    applyDue: (): void => applyDue(deps),
    history: (kid: string): HistoryRow[] => store.history.of(kid, historyMax),
    locations: (kid: string): HistoryRow[] => store.history.placesOf(kid, locationsMax),
  }
}

export type Ownership = ReturnType<typeof openOwnership>
