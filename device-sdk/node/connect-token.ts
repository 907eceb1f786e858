import { encodeConnect, kidOf, mtypes, signPayload, toBase64Url, writeTagged } from '../protocol/index.ts'
import { sha256 } from '../signer/index.ts'
import type { Identity } from './identity.ts'

/**
 * Passwords for attempts to connect: (boot, n) rises with each.
 * Why n stays 0 until the boot is settled: a gateway that takes (boot, 0) has never seen this boot, and that settles it.
 */
export const connectTokens = ({ net, kid, signer }: Identity) => {
  let current = -1
  let n = 0
  return (boot: number, isSettled: boolean, gatewayKey: Uint8Array): string => {
    if (boot !== current) n = 0
    current = boot
    const payload = encodeConnect({ gateway: kidOf(gatewayKey, sha256), boot, n: isSettled ? n : 0 })
    n++
    return toBase64Url(writeTagged(signPayload(payload, { mtype: mtypes.connect, net, kid }, sha256, signer.sign)))
  }
}
