import { randomBytes } from 'node:crypto'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import type { NoncePurpose } from '../store/index.ts'
import type { OwnershipDeps } from './deps.ts'

const nonceBytes = 32
const lifeMs: Readonly<Record<NoncePurpose, number>> = { enrol: 600_000, owner: 3_600_000 }
const openMax: Readonly<Record<NoncePurpose, number>> = { enrol: 100_000, owner: 10_000 }

export type GivenNonce = { readonly nonce: Uint8Array; readonly expiresMs: number }

/** A nonce for one purpose: ten minutes for an enrolment, an hour for what an owner signs. Errors: claim/too-many-nonces. */
export const giveNonce = (
  purpose: NoncePurpose,
  { store, now }: Pick<OwnershipDeps, 'store' | 'now'>,
): Result<GivenNonce> => {
  const nonce = randomBytes(nonceBytes)
  const expiresMs = now() + lifeMs[purpose]
  const isGiven = store.nonces.put(nonce, purpose, now(), expiresMs, openMax[purpose])
  return isGiven ? ok({ nonce, expiresMs }) : fail('claim/too-many-nonces', `${openMax[purpose]} are open`)
}
