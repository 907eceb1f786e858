import { concatBytes, fromHex } from './bytes.ts'
import { utf8Bytes } from './cbor/utf8.ts'
import { isInt, isUint } from './cbor/value.ts'

/** Keccak-256 as Ethereum uses it: 32 bytes. */
export type Keccak256 = (bytes: Uint8Array) => Uint8Array

/** Addresses have 20 bytes, nonces 32 (SHA-256 of the eat_nonce), keys 33 (compressed); `expires` is in Unix seconds. */
type Every = {
  readonly net: number
  readonly device: Uint8Array
  readonly nonce: Uint8Array
  readonly expires: number
}

/** What device and owner sign outside of reports. `cell` is an H3 index of 15 hex digits; altitude in 0.1 m, gain in 0.1 dBi. */
export type TypedMessages = {
  readonly DeviceClaim: Every & { readonly publicKey: Uint8Array; readonly owner: Uint8Array }
  readonly DeviceTransfer: Every & { readonly from: Uint8Array; readonly to: Uint8Array }
  readonly DeviceRotate: Every & {
    readonly newPublicKey: Uint8Array
    readonly newDevice: Uint8Array
    readonly owner: Uint8Array
  }
  readonly DeviceRevoke: Every & { readonly owner: Uint8Array; readonly reason: number }
  readonly DeviceLocation: Every & {
    readonly owner: Uint8Array
    readonly cell: string
    readonly altitudeDm: number
    readonly gainDdbi: number
  }
}
export type TypedName = keyof TypedMessages

/** The fields of each message in their order, as EIP-712 writes them. */
export const typedFields: Readonly<Record<TypedName, string>> = {
  DeviceClaim: 'uint64 net,bytes publicKey,address device,address owner,bytes32 nonce,uint64 expires',
  DeviceTransfer: 'uint64 net,address device,address from,address to,bytes32 nonce,uint64 expires',
  DeviceRotate:
    'uint64 net,address device,bytes newPublicKey,address newDevice,address owner,bytes32 nonce,uint64 expires',
  DeviceRevoke: 'uint64 net,address device,address owner,uint64 reason,bytes32 nonce,uint64 expires',
  DeviceLocation:
    'uint64 net,address device,address owner,uint64 cell,int32 altitudeDm,int32 gainDdbi,bytes32 nonce,uint64 expires',
}

const domainType = 'EIP712Domain(string name,string version,uint256 chainId)'

const refuse = (type: string): never => {
  throw new TypeError(`no ${type}: typed messages are built from fields that were checked before`)
}

/** An unsigned number of at most 53 bits, in 32 bytes, big-endian. Why no BigInt: devices build these preimages too. */
const uintWord = (value: unknown): Uint8Array => {
  if (!isUint(value)) return refuse('unsigned integer within 53 bits')
  const word = new Uint8Array(32)
  let rest = value
  for (let at = 31; rest > 0; at--) {
    word[at] = rest % 256
    rest = Math.floor(rest / 256)
  }
  return word
}

const int32Word = (value: unknown): Uint8Array => {
  if (!isInt(value) || value < -0x8000_0000 || value > 0x7fff_ffff) return refuse('int32')
  const word = new Uint8Array(32).fill(value < 0 ? 0xff : 0)
  for (let i = 0; i < 4; i++) word[28 + i] = (value >>> (24 - 8 * i)) & 255
  return word
}

/** Bytes of this length at the end of a word. */
const bytesWord = (value: unknown, length: number, type: string): Uint8Array => {
  if (!(value instanceof Uint8Array) || value.length !== length) return refuse(type)
  const word = new Uint8Array(32)
  word.set(value, 32 - length)
  return word
}

/** EIP-712, "Definition of encodeData": every value in 32 bytes, bytes by their hash. An H3 index has 64 bits: it comes as text. */
const wordOf = (type: string, value: unknown, keccak256: Keccak256): Uint8Array => {
  if (type === 'int32') return int32Word(value)
  if (type === 'address') return bytesWord(value, 20, type)
  if (type === 'bytes32') return bytesWord(value, 32, type)
  if (type === 'bytes') return value instanceof Uint8Array ? keccak256(value) : refuse(type)
  return typeof value === 'string' ? bytesWord(fromHex(`0${value}`), 8, 'H3 index') : uintWord(value)
}

/** EIP-712 typeHash: keccak-256 over `Name(type field,...)`. */
export const typeHash = (name: TypedName, keccak256: Keccak256): Uint8Array =>
  keccak256(utf8Bytes(`${name}(${typedFields[name]})`))

/** The domain: name "hexfix", version "1", and the chain that the deployment is configured for. */
export const domainSeparator = (chainId: number, keccak256: Keccak256): Uint8Array =>
  keccak256(
    concatBytes([
      keccak256(utf8Bytes(domainType)),
      keccak256(utf8Bytes('hexfix')),
      keccak256(utf8Bytes('1')),
      uintWord(chainId),
    ]),
  )

/**
 * The 32 bytes that are signed: keccak-256(0x19 0x01 || domainSeparator || hashStruct(message)).
 * Throws where a field is not of its type: what comes from outside is checked before. Spec: EIP-712.
 */
export const typedDigest = <Name extends TypedName>(
  name: Name,
  message: TypedMessages[Name],
  chainId: number,
  keccak256: Keccak256,
): Uint8Array => {
  const values: Readonly<Record<string, unknown>> = message
  const words = [typeHash(name, keccak256)]
  for (const field of typedFields[name].split(',')) {
    const at = field.indexOf(' ')
    words.push(wordOf(field.slice(0, at), values[field.slice(at + 1)], keccak256))
  }
  const struct = keccak256(concatBytes(words))
  return keccak256(concatBytes([new Uint8Array([0x19, 0x01]), domainSeparator(chainId, keccak256), struct]))
}
