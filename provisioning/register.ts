import { join } from 'node:path'
import type { Result } from '../device-sdk/protocol/index.ts'
import { equalBytes, fail, ok, toHex } from '../device-sdk/protocol/index.ts'
import { evmAddress, sha256 } from '../device-sdk/signer/index.ts'
import type { GatewayClient } from './gateway-client.ts'
import type { Facts, KnownDevice, Nonce } from './gateway-facts.ts'
import { askNonce, deviceOf, readDevice } from './gateway-facts.ts'
import type { Holder } from './holder.ts'
import type { Act } from './owner/act.ts'
import { showAddress } from './owner/address.ts'
import type { Done, Signatures, Waiting } from './owner/perform.ts'
import { perform } from './owner/perform.ts'
import { kidTextOf } from './proof.ts'

/** Who is to own a device, and where the owner's signature comes from. */
export type Claimant = { readonly owner: Uint8Array; readonly signatures: Signatures }
export type RegisterOptions = {
  /** Where a claim waits for its owner's signature. */
  readonly dir: string
  readonly name?: string
  readonly claimant?: Claimant
}
export type Registered = {
  readonly waiting: false
  readonly device: KnownDevice
  /** Whether this run registered or claimed it; false where that was done before. */
  readonly changed: boolean
}

/** What device and owner sign: the owner, bound to this key, this network and the nonce of this registration. */
const claimAct = async (
  facts: Facts,
  device: Holder,
  owner: Uint8Array,
  { eatNonce, expires }: Nonce,
  options: RegisterOptions,
): Promise<Result<Act>> => {
  const { net, chainId } = facts
  const { publicKey } = device
  const proof = await device.prove({ net, nonce: eatNonce, claim: { chainId, owner, expires } })
  if (!proof.ok) return proof
  const { enrol, deviceSignature } = proof.value
  const message = { net, publicKey, device: evmAddress(publicKey), owner, nonce: sha256(eatNonce), expires }
  return ok({
    words: claimWords(facts, device, owner, options),
    path: '/v1/devices',
    body: {
      enrol: toHex(enrol),
      ...(options.name === undefined ? {} : { name: options.name }),
      claim: { owner: showAddress(owner).toLowerCase(), expires },
    },
    within: 'claim',
    typed: { name: 'DeviceClaim', message, chainId },
    needs: [{ field: 'ownerSignature', address: owner }],
    signatures: deviceSignature === null ? {} : { deviceSignature },
  })
}

const claimWords = (facts: Facts, device: Holder, owner: Uint8Array, { name }: RegisterOptions): string =>
  `claim ${kidTextOf(device.publicKey)} for ${showAddress(owner)} at ${facts.kid}, name ${name ?? 'none'}`

const owned = (client: GatewayClient, facts: Facts, device: Holder, options: RegisterOptions, claimant: Claimant) => {
  const { owner, signatures } = claimant
  const make = async (): Promise<Result<Act>> => {
    const nonce = await askNonce(client, '/v1/enrol/nonce')
    return nonce.ok ? claimAct(facts, device, owner, nonce.value, options) : nonce
  }
  const words = claimWords(facts, device, owner, options)
  return perform(client, words, make, signatures, join(options.dir, 'pending-claim.json'))
}

const unowned = async (
  client: GatewayClient,
  facts: Facts,
  device: Holder,
  { name }: RegisterOptions,
): Promise<Result<Done>> => {
  const nonce = await askNonce(client, '/v1/enrol/nonce')
  if (!nonce.ok) return nonce
  const proof = await device.prove({ net: facts.net, nonce: nonce.value.eatNonce })
  if (!proof.ok) return proof
  const enrol = toHex(proof.value.enrol)
  const answer = await client.send('POST', '/v1/devices', { enrol, ...(name === undefined ? {} : { name }) })
  return answer.ok ? ok({ waiting: false, answer: answer.value }) : answer
}

const registerNow = async (
  client: GatewayClient,
  facts: Facts,
  device: Holder,
  options: RegisterOptions,
): Promise<Result<Registered | Waiting>> => {
  const { claimant } = options
  const done =
    claimant === undefined
      ? await unowned(client, facts, device, options)
      : await owned(client, facts, device, options, claimant)
  if (!done.ok) return done
  if (done.value.waiting) return ok(done.value)
  const shown = deviceOf(done.value.answer, kidTextOf(device.publicKey))
  return shown.ok ? ok({ waiting: false, device: shown.value, changed: true }) : shown
}

/**
 * Registers a device, with its owner's claim or without an owner. What is done is kept: a registered device is registered again
 * only where its registration lapsed, or to give an owner to one that has none. Another owner's device stays theirs: owner/other.
 */
export const register = async (
  client: GatewayClient,
  facts: Facts,
  device: Holder,
  options: RegisterOptions,
): Promise<Result<Registered | Waiting>> => {
  const kid = kidTextOf(device.publicKey)
  const known = await readDevice(client, kid)
  if (!known.ok) {
    return known.error.code === 'device/unknown' ? registerNow(client, facts, device, options) : known
  }
  if (!equalBytes(known.value.publicKey, device.publicKey)) return fail('enrol/kid-taken', kid)
  const { owner, status } = known.value
  if (status === 'revoked') return fail('device/revoked', kid)
  if (status === 'rotated') return fail('device/rotated', kid)
  const wanted = options.claimant?.owner
  if (status !== 'lapsed' && wanted !== undefined && owner !== null && !equalBytes(owner, wanted)) {
    return fail('owner/other', `${kid} belongs to ${showAddress(owner)}`)
  }
  const unchanged = status !== 'lapsed' && (wanted === undefined || owner !== null)
  if (unchanged) return ok({ waiting: false, device: known.value, changed: false })
  const { name } = known.value.document
  return registerNow(client, facts, device, typeof name === 'string' ? { name, ...options } : options)
}
