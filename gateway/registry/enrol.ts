import { randomBytes } from 'node:crypto'
import type { Result } from '../../device-sdk/protocol/index.ts'
import {
  equalBytes,
  fail,
  kidOf,
  mtypes,
  readEnrol,
  readSign1,
  toHex,
  ueidOf,
  verifySign1,
} from '../../device-sdk/protocol/index.ts'
import { evmAddress } from '../../device-sdk/signer/index.ts'
import type { Device, Store } from '../store/index.ts'
import type { HashAndVerify, Registry } from './registry.ts'

const nonceBytes = 32
const nonceLifeMs = 600_000
const nameCharactersMax = 64

export type EnrolDeps = HashAndVerify & {
  readonly net: number
  readonly store: Store
  readonly registry: Registry
  now(): number
}

/** A nonce for one enrolment, good for ten minutes. Whoever holds it may register one key. */
export const giveNonce = ({ store, now }: EnrolDeps): Uint8Array => {
  const nonce = randomBytes(nonceBytes)
  store.devices.putNonce(nonce, now(), now() + nonceLifeMs)
  return nonce
}

/**
 * Registers the key that proves its possession (RFC 9711 token signed by the key in its own cnf claim).
 * The nonce is used up only by a token whose signature holds. A revoked or known key is never registered again.
 */
export const enrolDevice = (message: Uint8Array, name: string | null, deps: EnrolDeps): Result<Device> => {
  const frame = readSign1(message)
  if (!frame.ok) return frame
  const read = readEnrol(frame.value.payload)
  if (!read.ok) return read
  const { publicKey, nonce, ueid } = read.value
  const kid = kidOf(publicKey, deps.sha256)
  const binding = { mtype: mtypes.enrol, net: deps.net, kid }
  const verified = verifySign1(frame.value, binding, publicKey, deps.sha256, deps.verify)
  if (!verified.ok) return verified
  if (!equalBytes(ueid, ueidOf(publicKey, deps.sha256))) return fail('enrol/bad-ueid')
  if (!deps.store.devices.takeNonce(nonce, deps.now())) return fail('enrol/nonce-unknown')
  return deps.registry.add({
    kid: toHex(kid),
    publicKey: publicKey.slice(),
    address: evmAddress(publicKey),
    name: name === null ? null : name.slice(0, nameCharactersMax),
    enrolledMs: deps.now(),
  })
}
