import type { mtypes, Result, TrustedGateway } from '../protocol/index.ts'
import { equalBytes, fail, kidOf, ok, readSign1, verifySign1 } from '../protocol/index.ts'
import { nobleVerify, sha256 } from '../signer/index.ts'
import type { Identity } from './identity.ts'

/** The gateways that are trusted now: op 1 can change them at any time. */
export type Pinned = () => readonly TrustedGateway[]

type Down = { readonly payload: Uint8Array; readonly by: TrustedGateway }
type DownMtype = (typeof mtypes)['receipt' | 'sync' | 'command' | 'update']

/** What any pinned gateway signed for this device, and which. The header may name the signer, which must then be pinned. */
export const readDownBy = (
  message: Uint8Array,
  mtype: DownMtype,
  { net, kid: to }: Pick<Identity, 'net' | 'kid'>,
  pinned: Pinned,
): Result<Down> => {
  const frame = readSign1(message)
  if (!frame.ok) return frame
  let refused: Result<Down> = fail('sign1/wrong-kid', 'no pinned gateway signed it')
  for (const by of pinned()) {
    const { key } = by
    const kid = kidOf(key, sha256)
    if (frame.value.kid !== null && !equalBytes(frame.value.kid, kid)) continue
    const payload = verifySign1(frame.value, { mtype, net, kid, to }, key, sha256, nobleVerify)
    if (payload.ok) return ok({ payload: payload.value, by })
    refused = payload
  }
  return refused
}

export const readDown = (...what: Parameters<typeof readDownBy>): Result<Uint8Array> => {
  const down = readDownBy(...what)
  return down.ok ? ok(down.value.payload) : down
}
