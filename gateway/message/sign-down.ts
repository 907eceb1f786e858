import type { mtypes, Sha256, SignDigest } from '../../device-sdk/protocol/index.ts'
import { fromHex, signPayload, writeTagged } from '../../device-sdk/protocol/index.ts'

export type GatewayIdentity = {
  readonly net: number
  readonly kid: Uint8Array
  readonly sha256: Sha256
  readonly sign: SignDigest
}

type DownMtype = (typeof mtypes)['receipt' | 'sync' | 'command' | 'update']

/** Signs what the gateway sends to one device, tagged: the addressee is bound. */
export const signDown = (
  identity: GatewayIdentity,
  mtype: DownMtype,
  deviceKid: string,
  payload: Uint8Array,
): Uint8Array => {
  const to = fromHex(deviceKid)
  if (to === null) throw new Error(`not a kid: ${deviceKid}`)
  const binding = { mtype, net: identity.net, kid: identity.kid, to }
  return writeTagged(signPayload(payload, binding, identity.sha256, identity.sign))
}
