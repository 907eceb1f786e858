import type { Trust } from '../device-sdk/link/index.ts'
import { deviceFiles, readTrust, writeTrust } from '../device-sdk/link/index.ts'
import type { Result } from '../device-sdk/protocol/index.ts'
import {
  encodeEnrol,
  fail,
  fromHex,
  kidOf,
  mtypes,
  ok,
  signPayload,
  toHex,
  ueidOf,
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

const trustOf = (facts: Document): Result<Trust> => {
  const { net } = facts
  const gateway = {
    kid: textOf(facts, 'kid'),
    publicKey: textOf(facts, 'publicKey'),
    mqtt: textOf(facts, 'mqtt'),
    http: textOf(facts, 'http'),
  }
  const key = fromHex(gateway.publicKey)
  const sound =
    typeof net === 'number' && key !== null && toHex(kidOf(key, sha256)) === gateway.kid && gateway.mqtt !== ''
  return sound ? ok({ net, gateway, cell: null }) : fail('gateway/bad-answer', 'its key does not match its kid')
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
  trust: Trust,
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
  const proof = proofOf(signer, trust.net, nonce, options.softwareVersion)
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
  const facts = await client.get('/v1/gateway')
  const trust = facts.ok ? trustOf(facts.value) : facts
  if (!trust.ok) return trust
  const pinned = readTrust(options.dir)
  if (pinned.ok && pinned.value.gateway.publicKey !== trust.value.gateway.publicKey) {
    return fail(
      'device/other-gateway',
      `${options.dir} trusts ${pinned.value.gateway.kid}, this is ${trust.value.gateway.kid}`,
    )
  }
  const signer = openOrCreateKeyFile(deviceFiles(options.dir).key)
  if (!signer.ok) return signer
  const registered = await register(client, signer.value, trust.value, options)
  if (!registered.ok) return registered
  const kid = toHex(kidOf(signer.value.publicKey, sha256))
  const cell = await cellOf(client, kid, options.place)
  if (!cell.ok) return cell
  const kept = cell.value ?? (pinned.ok ? pinned.value.cell : null)
  try {
    writeTrust(options.dir, { ...trust.value, cell: kept })
  } catch (error) {
    return fail('device/unwritable', error instanceof Error ? error.message : String(error))
  }
  const { net, gateway } = trust.value
  return ok({
    kid,
    publicKey: toHex(signer.value.publicKey),
    net,
    gateway: gateway.kid,
    cell: kept,
    registered: registered.value,
  })
}
