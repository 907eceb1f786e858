import type { TypedName } from '../../device-sdk/protocol/index.ts'
import { equalBytes, kidOf, toHex, typedDigest } from '../../device-sdk/protocol/index.ts'
import { evmAddress, keccak256, recoverAddress, sha256 } from '../../device-sdk/signer/index.ts'
import type { DeviceEvent, HistoryRow } from '../store/index.ts'
import { bytesOf, hexOf, isTypedName, messageFromJson } from './typed-json.ts'

/** Which message and whose signatures a change needs, where it is signed. */
const needed: Readonly<Partial<Record<DeviceEvent, readonly [type: TypedName, ...by: string[]]>>> = {
  'device/claimed': ['DeviceClaim', 'device', 'owner'],
  'device/transferred': ['DeviceTransfer', 'from', 'to'],
  'device/rotation-waits': ['DeviceRotate', 'owner', 'newDevice'],
  'device/rotated': ['DeviceRotate', 'owner', 'newDevice', 'device'],
  'device/revoked': ['DeviceRevoke', 'owner'],
  'device/placed': ['DeviceLocation', 'owner'],
}
const hosts = ['admin', 'gateway', 'device']

/** Whether a change has to be signed: what the host, its clock or a report did needs no owner. */
const mustBeSigned = ({ event, actor }: HistoryRow): boolean => event in needed && !hosts.includes(actor)

/** The message of a signed change, as it stands in the history; null where nobody signed. */
export const messageOf = ({ digest, detail }: HistoryRow): Readonly<Record<string, unknown>> | null => {
  const { message } = detail
  return digest !== null && typeof message === 'object' && message !== null ? { ...message } : null
}

const digestOf = (type: TypedName, message: Readonly<Record<string, unknown>>, chainId: unknown): Uint8Array | null => {
  try {
    return typedDigest(type, messageFromJson(type, message), Number(chainId), keccak256)
  } catch {
    return null
  }
}

/** The key that a claim or a rotation brings, and the address that the message gives it. */
const keyFault = (type: TypedName, message: Readonly<Record<string, unknown>>, kid: string): string | null => {
  if (type !== 'DeviceClaim' && type !== 'DeviceRotate') return null
  const isClaim = type === 'DeviceClaim'
  try {
    const key = bytesOf(isClaim ? message.publicKey : message.newPublicKey) ?? new Uint8Array(0)
    if (hexOf(evmAddress(key)) !== (isClaim ? message.device : message.newDevice))
      return 'the address is not of the key'
    return isClaim && toHex(kidOf(key, sha256)) !== kid ? 'the key is of another device' : null
  } catch {
    return 'the key is none'
  }
}

/** What is wrong with the signatures of one change, or null. Trusts nothing but the row: recovers every signer anew. */
export const rowFault = (row: HistoryRow): string | null => {
  const message = messageOf(row)
  if (message === null) return mustBeSigned(row) ? 'nobody signed' : null
  const [type, ...signers] = needed[row.event] ?? []
  if (type === undefined || !isTypedName(row.detail.type) || row.detail.type !== type) return 'another message'
  const digest = digestOf(type, message, row.detail.chainId)
  if (digest === null || row.digest === null || !equalBytes(digest, row.digest))
    return 'the digest is not of the message'
  for (const by of signers) {
    if (!row.signatures.some((one) => one.by === by)) return `${by} did not sign`
  }
  for (const { by, address, signature } of row.signatures) {
    const signer = recoverAddress(digest, bytesOf(signature) ?? new Uint8Array(0))
    if (signer === null || hexOf(signer) !== address || address !== message[by])
      return `the signature of ${by} does not hold`
  }
  return keyFault(type, message, row.kid)
}
