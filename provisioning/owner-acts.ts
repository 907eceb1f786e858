import type { Result, TypedMessages, TypedName } from '../device-sdk/protocol/index.ts'
import { fail, ok, toHex } from '../device-sdk/protocol/index.ts'
import type { Signer } from '../device-sdk/signer/index.ts'
import { evmAddress, sha256, signTypedMessage } from '../device-sdk/signer/index.ts'
import type { GatewayClient } from './gateway-client.ts'
import type { Facts, KnownDevice } from './gateway-facts.ts'
import { askNonce } from './gateway-facts.ts'
import type { Act, Need } from './owner/act.ts'
import { showAddress } from './owner/address.ts'
import type { Typed } from './owner/typed-data.ts'
import { kidTextOf, proofOf } from './proof.ts'

/** What an owner may do with a device, with what it takes. `reason` is a CRLReason (RFC 5280 section 5.3.1). */
export type Wish =
  | { readonly verb: 'transfer'; readonly to: Uint8Array }
  | { readonly verb: 'revoke'; readonly reason: number }
  | { readonly verb: 'location'; readonly cell: string; readonly altitudeDm: number; readonly gainDdbi: number }
  | {
      readonly verb: 'rotate'
      readonly newKey: Signer
      readonly oldKey: Signer | null
      readonly softwareVersion: string
    }

type Every = { readonly net: number; readonly device: Uint8Array; readonly nonce: Uint8Array; readonly expires: number }
type Parts = Pick<Act, 'body' | 'needs' | 'signatures'> & { readonly typed: Typed }

const lower = (address: Uint8Array): string => `0x${toHex(address)}`
const ownerNeed = (owner: Uint8Array): Need[] => [{ field: 'ownerSignature', address: owner }]

const wordsOfWish = (wish: Wish): string => {
  switch (wish.verb) {
    case 'transfer':
      return `to ${showAddress(wish.to)}`
    case 'revoke':
      return `reason ${wish.reason}`
    case 'location':
      return `${wish.cell}, ${wish.altitudeDm} dm, ${wish.gainDdbi} ddBi`
    case 'rotate':
      return `to ${kidTextOf(wish.newKey.publicKey)}, ${wish.oldKey === null ? 'without' : 'with'} the old key`
  }
}

/** One line that says everything that was asked for, so that two runs of the same command meet in the same act. */
export const wishWords = (facts: Facts, { kid }: KnownDevice, owner: Uint8Array, wish: Wish): string =>
  `${wish.verb} ${kid} of ${showAddress(owner)} at ${facts.kid}: ${wordsOfWish(wish)}`

const rotateParts = (
  wish: Extract<Wish, { verb: 'rotate' }>,
  every: Every,
  owner: Uint8Array,
  chainId: number,
  eatNonce: Uint8Array,
): Parts => {
  const { newKey, oldKey } = wish
  const newDevice = evmAddress(newKey.publicKey)
  const message: TypedMessages['DeviceRotate'] = { ...every, newPublicKey: newKey.publicKey, newDevice, owner }
  const by = (signer: Signer): Uint8Array => signTypedMessage(signer, 'DeviceRotate', message, chainId)
  return {
    typed: { name: 'DeviceRotate', message, chainId },
    body: {
      enrol: toHex(proofOf(newKey, every.net, eatNonce, wish.softwareVersion)),
      owner: lower(owner),
      expires: every.expires,
    },
    needs: ownerNeed(owner),
    signatures: { newKeySignature: by(newKey), ...(oldKey === null ? {} : { oldKeySignature: by(oldKey) }) },
  }
}

const partsOf = (wish: Wish, every: Every, owner: Uint8Array, chainId: number, eatNonce: Uint8Array): Parts => {
  const common = { nonce: toHex(eatNonce), expires: every.expires }
  const owned = { owner: lower(owner), ...common }
  const typed = <Name extends TypedName>(name: Name, message: TypedMessages[Name]): Typed =>
    ({ name, message, chainId }) as Typed
  switch (wish.verb) {
    case 'transfer':
      return {
        typed: typed('DeviceTransfer', { ...every, from: owner, to: wish.to }),
        body: { from: lower(owner), to: lower(wish.to), ...common },
        needs: [
          { field: 'fromSignature', address: owner },
          { field: 'toSignature', address: wish.to },
        ],
        signatures: {},
      }
    case 'revoke':
      return {
        typed: typed('DeviceRevoke', { ...every, owner, reason: wish.reason }),
        body: { ...owned, reason: wish.reason },
        needs: ownerNeed(owner),
        signatures: {},
      }
    case 'location': {
      const { cell, altitudeDm, gainDdbi } = wish
      return {
        typed: typed('DeviceLocation', { ...every, owner, cell, altitudeDm, gainDdbi }),
        body: { ...owned, cell, altitudeDm, gainDdbi },
        needs: ownerNeed(owner),
        signatures: {},
      }
    }
    case 'rotate':
      return rotateParts(wish, every, owner, chainId, eatNonce)
  }
}

/** Makes what an owner signs about a device of theirs, over a fresh nonce of the gateway. */
export const makeAct = async (
  client: GatewayClient,
  facts: Facts,
  device: KnownDevice,
  owner: Uint8Array,
  wish: Wish,
): Promise<Result<Act>> => {
  const nonce = await askNonce(client, '/v1/nonces')
  if (!nonce.ok) return nonce
  const { eatNonce, expires } = nonce.value
  const every = { net: facts.net, device: device.address, nonce: sha256(eatNonce), expires }
  const parts = partsOf(wish, every, owner, facts.chainId, eatNonce)
  const path = `/v1/devices/${device.kid}/${wish.verb}`
  return ok({ words: wishWords(facts, device, owner, wish), path, within: null, ...parts })
}

/** Who may speak for a device: the owner that the gateway knows. `claimed` is who the caller is. */
export const ownerOf = (device: KnownDevice, claimed: Uint8Array): Result<Uint8Array> => {
  if (device.owner === null) return fail('owner/other', `${device.kid} has no owner yet: hexfix devices claim`)
  return toHex(device.owner) === toHex(claimed)
    ? ok(claimed)
    : fail('owner/other', `${device.kid} belongs to ${showAddress(device.owner)}`)
}
