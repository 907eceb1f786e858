import type { Trust } from '../device-sdk/link/index.ts'
import { deviceFiles, readTrustFile, writeTrustFile } from '../device-sdk/link/index.ts'
import type { Result, TrustedGateway } from '../device-sdk/protocol/index.ts'
import {
  encodeEnrol,
  equalBytes,
  fail,
  fromHex,
  kidOf,
  mtypes,
  ok,
  signPayload,
  toHex,
  ueidOf,
  wordsOf,
  writeTagged,
} from '../device-sdk/protocol/index.ts'
import type { Signer } from '../device-sdk/signer/index.ts'
import { openOrCreateKeyFile, sha256 } from '../device-sdk/signer/index.ts'
import type { Document, GatewayClient } from './gateway-client.ts'

export type Place = { readonly lat: number; readonly lng: number; readonly gainDbi: number }
export type ProvisionOptions = {
  readonly dir: string
  readonly name?: string
  readonly softwareVersion: string
  readonly place?: Place
}
export type Provisioned = {
  readonly kid: string
  /** Three words for people, from the kid. */
  readonly words: string
  readonly publicKey: string
  readonly net: number
  readonly gateway: string
  readonly cell: string | null
  /** Whether this run registered the key; false where it was registered before. */
  readonly registered: boolean
}

const softwareName = 'hexfix'

const textOf = (document: Document, name: string): string => {
  const value = document[name]
  return typeof value === 'string' ? value : ''
}

type Facts = { readonly net: number; readonly chainId: number; readonly gateway: TrustedGateway; readonly kid: string }

/** Where devices are to connect, in the order to try. */
const urlsOf = ({ urls, ...document }: Document): string[] =>
  Array.isArray(urls) && urls.length > 0
    ? urls.map((url) => (typeof url === 'string' ? url : ''))
    : [textOf(document, 'mqtt'), textOf(document, 'http')]

/** The key that TLS has there; empty where it is none that could be. */
const pinOf = ({ tlsSpki }: Document): Uint8Array | undefined => {
  if (tlsSpki === undefined) return undefined
  const pin = typeof tlsSpki === 'string' ? fromHex(tlsSpki) : null
  return pin?.length === 32 ? pin : new Uint8Array(0)
}

const factsOf = (document: Document): Result<Facts> => {
  const { net, chainId } = document
  const kid = textOf(document, 'kid')
  const key = fromHex(textOf(document, 'publicKey'))
  const urls = urlsOf(document)
  const tlsSpki = pinOf(document)
  if (typeof net !== 'number' || typeof chainId !== 'number' || urls.includes('') || tlsSpki?.length === 0) {
    return fail('gateway/bad-answer', 'it names no network, chain or address')
  }
  if (key === null || toHex(kidOf(key, sha256)) !== kid) {
    return fail('gateway/bad-answer', 'its key does not match its kid')
  }
  return ok({ net, chainId, gateway: { key, urls, ...(tlsSpki === undefined ? {} : { tlsSpki }) }, kid })
}

/** What the device is to trust: this gateway as it says it is now, beside the others that are pinned. Null where it is not pinned. */
const trustOf = ({ net, chainId, gateway }: Facts, pinned: Result<Trust>): Trust | null => {
  if (!pinned.ok) return { net, chainId, gateways: [gateway], entropyTip: null, cell: null }
  const isThis = (one: TrustedGateway): boolean => equalBytes(one.key, gateway.key)
  if (!pinned.value.gateways.some(isThis)) return null
  const gateways = pinned.value.gateways.map((one) => (isThis(one) ? { ...one, ...gateway } : one))
  return { ...pinned.value, net, chainId, gateways }
}

/** The proof that this device holds its key: a token over the provisioner's nonce (RFC 9711, RFC 8747). */
const proofOf = (signer: Signer, net: number, nonce: Uint8Array, softwareVersion: string): Uint8Array => {
  const { publicKey } = signer
  const enrol = {
    nonce,
    publicKey,
    ueid: ueidOf(publicKey, sha256),
    softwareName,
    softwareVersion: [softwareVersion] as const,
  }
  const binding = { mtype: mtypes.enrol, net, kid: kidOf(publicKey, sha256) }
  return writeTagged(signPayload(encodeEnrol(enrol), binding, sha256, signer.sign))
}

const register = async (
  client: GatewayClient,
  signer: Signer,
  net: number,
  options: ProvisionOptions,
): Promise<Result<boolean>> => {
  const kid = toHex(kidOf(signer.publicKey, sha256))
  const known = await client.get(`/v1/devices/${kid}`)
  if (known.ok) {
    if (known.value.publicKey !== toHex(signer.publicKey)) return fail('enrol/kid-taken', kid)
    return known.value.status === 'revoked' ? fail('device/revoked', kid) : ok(false)
  }
  if (known.error.code !== 'device/unknown') return known
  const asked = await client.send('POST', '/v1/enrol/nonce')
  if (!asked.ok) return asked
  const nonce = fromHex(textOf(asked.value, 'nonce'))
  if (nonce === null || nonce.length < 8) return fail('gateway/bad-answer', 'no nonce')
  const query = options.name === undefined ? '' : `?name=${encodeURIComponent(options.name)}`
  const proof = proofOf(signer, net, nonce, options.softwareVersion)
  const enrolled = await client.send('POST', `/v1/enrol${query}`, proof)
  return enrolled.ok ? ok(true) : enrolled
}

const cellOf = async (client: GatewayClient, kid: string, place: Place | undefined): Promise<Result<string | null>> => {
  if (place === undefined) return ok(null)
  const placed = await client.send('PUT', `/v1/devices/${kid}/place`, place)
  if (!placed.ok) return placed
  const at = placed.value.place
  return typeof at === 'object' && at !== null && 'cell' in at && typeof at.cell === 'string'
    ? ok(at.cell)
    : fail('gateway/bad-answer', 'no cell')
}

/**
 * Makes a device of this machine's folder: its key (made once, never anew), proof of possession, registration, place, trust.
 * Runs again without harm: what is done is kept. A device pinned to another gateway is not moved in silence.
 */
export const provisionLocal = async (
  client: GatewayClient,
  options: ProvisionOptions,
): Promise<Result<Provisioned>> => {
  const document = await client.get('/v1/gateway')
  const facts = document.ok ? factsOf(document.value) : document
  if (!facts.ok) return facts
  const pinned = readTrustFile(options.dir)
  const trust = trustOf(facts.value, pinned)
  if (trust === null) return fail('device/other-gateway', `${options.dir} does not trust ${facts.value.kid}`)
  const signer = openOrCreateKeyFile(deviceFiles(options.dir).key)
  if (!signer.ok) return signer
  const registered = await register(client, signer.value, trust.net, options)
  if (!registered.ok) return registered
  const kid = toHex(kidOf(signer.value.publicKey, sha256))
  const placed = await cellOf(client, kid, options.place)
  if (!placed.ok) return placed
  const cell = placed.value ?? trust.cell
  try {
    writeTrustFile(options.dir, { ...trust, cell })
  } catch (error) {
    return fail('device/unwritable', error instanceof Error ? error.message : String(error))
  }
  return ok({
    kid,
    words: wordsOf(kidOf(signer.value.publicKey, sha256)),
    publicKey: toHex(signer.value.publicKey),
    net: trust.net,
    gateway: facts.value.kid,
    cell,
    registered: registered.value,
  })
}
