import { equalBytes } from './bytes.ts'
import type { CborValue } from './cbor/value.ts'
import { isBytes, isList, isUint } from './cbor/value.ts'
import { trustGatewaysMax, trustUrlBytesMax, trustUrlsMax } from './limits.ts'
import type { Result } from './result.ts'
import { fail, ok } from './result.ts'

/** A gateway that a device trusts: compressed key, its addresses in the order to try, SHA-256 of its TLS key (SPKI) if pinned. */
export type TrustedGateway = {
  readonly key: Uint8Array
  readonly urls: readonly string[]
  readonly tlsSpki?: Uint8Array
}

/** What provisioning pins on a device, and what only op 1, signed by a pinned key, changes. `entropyTip` is null where none is published. */
export type PinnedTrust = {
  readonly net: number
  readonly chainId: number
  readonly gateways: readonly TrustedGateway[]
  readonly entropyTip: Uint8Array | null
}

const writeGateway = (gateway: TrustedGateway): CborValue =>
  gateway.tlsSpki === undefined ? [gateway.key, gateway.urls] : [gateway.key, gateway.urls, gateway.tlsSpki]

/** The arguments of command op 1. */
export const encodeTrust = (trust: PinnedTrust): readonly CborValue[] => [
  trust.net,
  trust.chainId,
  trust.gateways.map(writeGateway),
  trust.entropyTip,
]

/** scheme://rest in visible ASCII: one byte for each character. */
const isUrl = (value: CborValue): value is string =>
  typeof value === 'string' && value.length <= trustUrlBytesMax && /^[a-z][a-z0-9+.-]*:\/\/[!-~]+$/.test(value)

const isKey = (value: CborValue | undefined): value is Uint8Array =>
  isBytes(value, 33) && (value[0] === 2 || value[0] === 3)

const readGateway = (value: CborValue): TrustedGateway | null => {
  if (!isList(value) || value.length < 2 || value.length > 3) return null
  const key = value[0]
  const urls = value[1]
  const tlsSpki = value[2]
  if (!isKey(key) || !isList(urls) || urls.length < 1 || urls.length > trustUrlsMax || !urls.every(isUrl)) return null
  if (tlsSpki === undefined) return { key, urls }
  return isBytes(tlsSpki, 32) ? { key, urls, tlsSpki } : null
}

/** Shape only: the caller checks that a key pinned now signed the command. @returns `wire/malformed` with the argument at fault. */
export const readTrust = (args: readonly CborValue[]): Result<PinnedTrust> => {
  const net = args[0]
  const chainId = args[1]
  const list = args[2]
  const entropyTip = args[3]
  if (args.length !== 4) return fail('wire/malformed', 'trust has four arguments')
  if (!isUint(net) || !isUint(chainId)) return fail('wire/malformed', 'net or chain id of trust')
  if (entropyTip !== null && !isBytes(entropyTip, 32)) return fail('wire/malformed', 'entropy tip of trust')
  if (!isList(list) || list.length < 1 || list.length > trustGatewaysMax)
    return fail('wire/malformed', `trust names 1 to ${trustGatewaysMax} gateways`)
  const gateways: TrustedGateway[] = []
  for (const one of list) {
    const gateway = readGateway(one)
    if (gateway === null || gateways.some((known) => equalBytes(known.key, gateway.key)))
      return fail('wire/malformed', `gateway ${gateways.length} of trust`)
    gateways.push(gateway)
  }
  return ok({ net, chainId, gateways, entropyTip })
}
