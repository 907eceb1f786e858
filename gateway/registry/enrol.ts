import type { Result } from '../../device-sdk/protocol/index.ts'
import {
  equalBytes,
  fail,
  kidOf,
  mtypes,
  ok,
  readEnrol,
  readSign1,
  toHex,
  ueidOf,
  verifySign1,
} from '../../device-sdk/protocol/index.ts'
import { evmAddress } from '../../device-sdk/signer/index.ts'
import type { Device } from '../store/index.ts'
import type { HashAndVerify } from './registry.ts'

/** A key that proved its possession over a nonce. */
export type ProvenKey = Pick<Device, 'kid' | 'publicKey' | 'address'> & { readonly nonce: Uint8Array }

/** Reads an enrolment: an RFC 9711 token signed by the key in its own cnf claim. The caller checks the nonce. */
export const readProvenKey = (
  message: Uint8Array,
  deps: HashAndVerify & { readonly net: number },
): Result<ProvenKey> => {
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
  return ok({ kid: toHex(kid), publicKey: publicKey.slice(), address: evmAddress(publicKey), nonce: nonce.slice() })
}
