import type { mtypes, Result, Sha256, VerifyDigest } from '../../device-sdk/protocol/index.ts'
import { equalBytes, fail, fromHex, readSign1, verifySign1 } from '../../device-sdk/protocol/index.ts'

/** One message as it came: `kid` is that of topic or address, `via` the relay that carried it, where there was one. */
export type DeviceMessage = { readonly kid: string; readonly via?: string; readonly message: Uint8Array }

export type SignedDeps = {
  readonly net: number
  readonly sha256: Sha256
  readonly verify: VerifyDigest
  /** Null where there is no such device, or the relay is not approved for it. */
  keyOf(kid: string, via?: string): { readonly publicKey: Uint8Array; readonly revoked: boolean } | null
}

/**
 * The body of a device's message other than a report, cheapest checks first: size and frame, kid, registration, shape, ECDSA.
 * Errors: wire/too-large, wire/malformed, sign1/wrong-kid, device/unknown, device/revoked, sign1/bad-signature.
 */
export const readSigned = <T>(
  { kid, via, message }: DeviceMessage,
  mtype: (typeof mtypes)['time' | 'result'],
  read: (payload: Uint8Array) => Result<T>,
  deps: SignedDeps,
): Result<T> => {
  const frame = readSign1(message)
  if (!frame.ok) return frame
  const kidBytes = fromHex(kid) ?? new Uint8Array(0)
  if (frame.value.kid !== null && !equalBytes(frame.value.kid, kidBytes)) return fail('sign1/wrong-kid')
  const key = deps.keyOf(kid, via)
  if (key === null) return fail('device/unknown', kid)
  if (key.revoked) return fail('device/revoked', kid)
  const body = read(frame.value.payload)
  if (!body.ok) return body
  const binding = { mtype, net: deps.net, kid: kidBytes }
  const verified = verifySign1(frame.value, binding, key.publicKey, deps.sha256, deps.verify)
  return verified.ok ? body : verified
}
