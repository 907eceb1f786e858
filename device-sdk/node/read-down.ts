import type { mtypes, Result, TrustedGateway } from '../protocol/index.ts'
import { equalBytes, fail, kidOf, readSign1, verifySign1 } from '../protocol/index.ts'
import { nobleVerify, sha256 } from '../signer/index.ts'
import type { Identity } from './identity.ts'

/** The gateways that are trusted now: op 1 can change them at any time. */
export type Pinned = () => readonly TrustedGateway[]

/** The payload of what any pinned gateway signed for this device. The header may name the signer, which must then be pinned. */
export const readDown = (
  message: Uint8Array,
  mtype: (typeof mtypes)['receipt' | 'sync' | 'command' | 'update'],
  { net, kid: to }: Pick<Identity, 'net' | 'kid'>,
  pinned: Pinned,
): Result<Uint8Array> => {
  const frame = readSign1(message)
  if (!frame.ok) return frame
  let refused: Result<Uint8Array> = fail('sign1/wrong-kid', 'no pinned gateway signed it')
  for (const { key } of pinned()) {
    const kid = kidOf(key, sha256)
    if (frame.value.kid !== null && !equalBytes(frame.value.kid, kid)) continue
    refused = verifySign1(frame.value, { mtype, net, kid, to }, key, sha256, nobleVerify)
    if (refused.ok) return refused
  }
  return refused
}
