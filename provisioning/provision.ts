import type { Trust } from '../device-sdk/link/index.ts'
import { checkOwnKey, deviceFiles, readTrustFile, writeTrustFile } from '../device-sdk/link/index.ts'
import type { Result, TrustedGateway } from '../device-sdk/protocol/index.ts'
import { didKeyOf, equalBytes, fail, ok, toHex } from '../device-sdk/protocol/index.ts'
import { openOrCreateKeyFile } from '../device-sdk/signer/index.ts'
import { entropyTipOf } from './entropy-tip.ts'
import type { GatewayClient } from './gateway-client.ts'
import type { Facts } from './gateway-facts.ts'
import { readFacts } from './gateway-facts.ts'
import type { Holder } from './holder.ts'
import { keyHolder } from './holder.ts'
import { showAddress } from './owner/address.ts'
import type { Waiting } from './owner/perform.ts'
import { kidTextOf, wordsOfKey } from './proof.ts'
import type { Registered, RegisterOptions } from './register.ts'
import { register } from './register.ts'

export type Place = { readonly lat: number; readonly lng: number; readonly gainDbi: number }
export type PlacedOptions = RegisterOptions & { readonly place?: Place }
export type ProvisionOptions = PlacedOptions & { readonly softwareVersion: string }
export type Provisioned = {
  readonly waiting: false
  readonly kid: string
  /** Three words for people, from the kid. */
  readonly words: string
  readonly did: string
  readonly publicKey: string
  readonly net: number
  readonly gateway: string
  readonly owner: string | null
  readonly status: string
  /** Until when the first report must have come; null where it did. */
  readonly pendingUntilMs: number | null
  readonly cell: string | null
  /** Whether this run registered or claimed the key; false where that was done before. */
  readonly registered: boolean
}
/** The key is made and shown; the owner's signature is not there yet, and nothing is registered. */
export type AwaitsOwner = Waiting & { readonly kid: string; readonly words: string; readonly did: string }

/** What the device is to trust: this gateway as it says it is now, beside the others that are pinned. Null where it is not pinned. */
export const trustOf = ({ net, chainId, gateway }: Facts, pinned: Result<Trust>): Trust | null => {
  if (!pinned.ok) return { net, chainId, gateways: [gateway], entropyTip: null, cell: null }
  const isThis = (one: TrustedGateway): boolean => equalBytes(one.key, gateway.key)
  if (!pinned.value.gateways.some(isThis)) return null
  const gateways = pinned.value.gateways.map((one) => (isThis(one) ? { ...one, ...gateway } : one))
  return { ...pinned.value, net, chainId, gateways }
}

export const saveTrust = (dir: string, trust: Trust): Result<null> => {
  try {
    writeTrustFile(dir, trust)
    return ok(null)
  } catch (error) {
    return fail('device/unwritable', error instanceof Error ? error.message : String(error))
  }
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

export type Names = Pick<Provisioned, 'kid' | 'words' | 'did'>
type Settled = Registered & { readonly cell: string | null }

export const namesOf = (publicKey: Uint8Array): Names => ({
  kid: kidTextOf(publicKey),
  words: wordsOfKey(publicKey),
  did: didKeyOf(publicKey),
})

/** Registration and place of a device, wherever its key is. */
export const settle = async (
  client: GatewayClient,
  facts: Facts,
  holder: Holder,
  options: PlacedOptions,
): Promise<Result<Settled | Waiting>> => {
  const registered = await register(client, facts, holder, options)
  if (!registered.ok || registered.value.waiting) return registered as Result<Waiting>
  const placed = await cellOf(client, kidTextOf(holder.publicKey), options.place)
  if (!placed.ok) return placed
  return ok({ ...registered.value, cell: placed.value ?? registered.value.device.cell })
}

export const provisionedOf = ({ net, kid }: Facts, publicKey: Uint8Array, settled: Settled): Provisioned => {
  const { device, changed, cell } = settled
  const { pendingUntilMs } = device.document
  return {
    waiting: false,
    ...namesOf(publicKey),
    publicKey: toHex(publicKey),
    net,
    gateway: kid,
    owner: device.owner === null ? null : showAddress(device.owner),
    status: device.status,
    pendingUntilMs: typeof pendingUntilMs === 'number' ? pendingUntilMs : null,
    cell,
    registered: changed,
  }
}

/**
 * Makes a device of this machine's folder: its key (made once, never anew), proof of possession, the owner's claim, registration,
 * place, trust. Runs again without harm: what is done is kept. A device pinned to another gateway is not moved in silence.
 */
export const provisionLocal = async (
  client: GatewayClient,
  options: ProvisionOptions,
): Promise<Result<Provisioned | AwaitsOwner>> => {
  const facts = await readFacts(client)
  if (!facts.ok) return facts
  const trust = trustOf(facts.value, readTrustFile(options.dir))
  if (trust === null) return fail('device/other-gateway', `${options.dir} does not trust ${facts.value.kid}`)
  const signer = openOrCreateKeyFile(deviceFiles(options.dir).key)
  if (!signer.ok) return signer
  const { publicKey } = signer.value
  const names = namesOf(publicKey)
  const own = checkOwnKey(options.dir, trust, names.kid)
  if (!own.ok) return own
  const settled = await settle(client, facts.value, keyHolder(signer.value, options.softwareVersion), options)
  if (!settled.ok) return settled
  if (settled.value.waiting) return ok({ ...settled.value, ...names })
  const cell = settled.value.cell ?? trust.cell
  // A tip that is pinned is changed by a signed command only.
  const entropyTip = trust.entropyTip ?? (await entropyTipOf(client, cell !== null))
  const saved = saveTrust(options.dir, { ...trust, entropyTip, cell, kid: names.kid })
  return saved.ok ? ok(provisionedOf(facts.value, publicKey, { ...settled.value, cell })) : saved
}
