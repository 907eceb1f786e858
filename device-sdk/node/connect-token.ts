import {
  encodeConnect,
  kidOf,
  mtypes,
  signPayload,
  toBase64Url,
  toHex,
  uint32Max,
  writeTagged,
} from '../protocol/index.ts'
import { sha256 } from '../signer/index.ts'
import type { Identity } from './identity.ts'

/** Passwords for attempts to connect: to each gateway (boot, n) rises with each, and none serves twice. */
export const connectTokens = ({ net, kid, signer }: Identity) => {
  /** By gateway: the boot of the last token, and the next n under it. */
  const last = new Map<string, { readonly boot: number; readonly n: number }>()
  const nextOf = (boot: number, gatewayKey: Uint8Array): number => {
    const before = last.get(toHex(gatewayKey))
    return before?.boot === boot ? before.n : 0
  }
  return {
    /** Whether the next token is the first of this boot. A gateway that takes (boot, 0) has never seen this boot. */
    isFirst: (boot: number, gatewayKey: Uint8Array): boolean => nextOf(boot, gatewayKey) === 0,
    /** Throws where a boot has no number left. */
    next: (boot: number, gatewayKey: Uint8Array): string => {
      const n = nextOf(boot, gatewayKey)
      if (n > uint32Max) throw new Error(`no connect token is left under boot ${boot}`)
      last.set(toHex(gatewayKey), { boot, n: n + 1 })
      const payload = encodeConnect({ gateway: kidOf(gatewayKey, sha256), boot, n })
      return toBase64Url(writeTagged(signPayload(payload, { mtype: mtypes.connect, net, kid }, sha256, signer.sign)))
    },
  }
}
