import type { Result, TrustedGateway } from '../device-sdk/protocol/index.ts'
import { fail, fromHex, kidOf, ok, toHex } from '../device-sdk/protocol/index.ts'
import { evmAddress, sha256 } from '../device-sdk/signer/index.ts'
import type { Document, GatewayClient } from './gateway-client.ts'
import { readAddress } from './owner/address.ts'

const textOf = (document: Document, name: string): string => {
  const value = document[name]
  return typeof value === 'string' ? value : ''
}

/** What a gateway says of itself, its key checked against its kid. */
export type Facts = {
  readonly net: number
  readonly chainId: number
  readonly gateway: TrustedGateway
  readonly kid: string
}

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

export const readFacts = async (client: GatewayClient): Promise<Result<Facts>> => {
  const document = await client.get('/v1/gateway')
  if (!document.ok) return document
  const { net, chainId } = document.value
  const kid = textOf(document.value, 'kid')
  const key = fromHex(textOf(document.value, 'publicKey'))
  const urls = urlsOf(document.value)
  const tlsSpki = pinOf(document.value)
  if (typeof net !== 'number' || typeof chainId !== 'number' || urls.includes('') || tlsSpki?.length === 0) {
    return fail('gateway/bad-answer', 'it names no network, chain or address')
  }
  if (key === null || toHex(kidOf(key, sha256)) !== kid) {
    return fail('gateway/bad-answer', 'its key does not match its kid')
  }
  return ok({ net, chainId, gateway: { key, urls, ...(tlsSpki === undefined ? {} : { tlsSpki }) }, kid })
}

/** A number that is used once, 8 to 64 bytes, with the second until which it is good. */
export type Nonce = { readonly eatNonce: Uint8Array; readonly expires: number }

/** A nonce for a registration (`/v1/enrol/nonce`, for who holds the admin token) or for what an owner signs (`/v1/nonces`). */
export const askNonce = async (
  client: GatewayClient,
  path: '/v1/enrol/nonce' | '/v1/nonces',
): Promise<Result<Nonce>> => {
  const asked = await client.send('POST', path)
  if (!asked.ok) return asked
  const eatNonce = fromHex(textOf(asked.value, 'nonce'))
  const { expiresS } = asked.value
  if (eatNonce === null || eatNonce.length < 8 || typeof expiresS !== 'number')
    return fail('gateway/bad-answer', 'no nonce')
  return ok({ eatNonce, expires: expiresS })
}

/** A device as a gateway shows it, its address computed here and its key checked against the kid. */
export type KnownDevice = {
  readonly kid: string
  readonly publicKey: Uint8Array
  readonly address: Uint8Array
  readonly owner: Uint8Array | null
  readonly status: string
  readonly cell: string | null
  readonly document: Document
}

export const readDevice = async (client: GatewayClient, kid: string): Promise<Result<KnownDevice>> => {
  const answer = await client.get(`/v1/devices/${kid}`)
  return answer.ok ? deviceOf(answer.value, kid) : answer
}

export const deviceOf = (document: Document, kid: string): Result<KnownDevice> => {
  const publicKey = fromHex(textOf(document, 'publicKey'))
  if (publicKey === null || toHex(kidOf(publicKey, sha256)) !== kid)
    return fail('gateway/bad-answer', 'a key of another kid')
  const owner = typeof document.owner === 'string' ? readAddress(document.owner) : ok(null)
  if (!owner.ok) return fail('gateway/bad-answer', 'an owner without address')
  const { place } = document
  const cell = typeof place === 'object' && place !== null && 'cell' in place ? String(place.cell) : null
  try {
    const address = evmAddress(publicKey)
    return ok({ kid, publicKey, address, owner: owner.value, status: textOf(document, 'status'), cell, document })
  } catch {
    return fail('gateway/bad-answer', 'a key off the curve')
  }
}
