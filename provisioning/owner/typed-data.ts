import type { Result, TypedMessages, TypedName } from '../../device-sdk/protocol/index.ts'
import { cellToWire, fail, fromHex, ok, toHex, typedDigest, typedFields } from '../../device-sdk/protocol/index.ts'
import { keccak256 } from '../../device-sdk/signer/index.ts'
import { readAddress, showAddress } from './address.ts'

/** A typed message with the chain that it is bound to: what an owner signs, or a device. */
export type Typed = {
  readonly [Name in TypedName]: { readonly name: Name; readonly message: TypedMessages[Name]; readonly chainId: number }
}[TypedName]

type Field = { readonly name: string; readonly type: string }
/** The argument of eth_signTypedData_v4 (EIP-712, "Specification of the eth_signTypedData JSON RPC"). */
export type TypedData = {
  readonly types: Readonly<Record<string, readonly Field[]>>
  readonly primaryType: string
  readonly domain: { readonly name: string; readonly version: string; readonly chainId: number }
  readonly message: Readonly<Record<string, string | number>>
}

const domainFields: readonly Field[] = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
]

const fieldsOf = (name: TypedName): Field[] =>
  typedFields[name].split(',').map((field) => {
    const at = field.indexOf(' ')
    return { type: field.slice(0, at), name: field.slice(at + 1) }
  })

/** An H3 index has 64 bits, more than a JSON number holds: it is written in decimal digits. */
const jsonValue = ({ name, type }: Field, value: unknown): string | number => {
  if (value instanceof Uint8Array) return type === 'address' ? showAddress(value) : `0x${toHex(value)}`
  return name === 'cell' ? BigInt(`0x${String(value)}`).toString() : (value as number)
}

export const digestOf = ({ name, message, chainId }: Typed): Uint8Array =>
  typedDigest(name, message, chainId, keccak256)

/** What a wallet is asked to sign; it hashes to the digest of `digestOf`. */
export const typedDataOf = ({ name, message, chainId }: Typed): TypedData => {
  const fields = fieldsOf(name)
  const values: Readonly<Record<string, unknown>> = message
  return {
    types: { EIP712Domain: domainFields, [name]: fields },
    primaryType: name,
    domain: { name: 'hexfix', version: '1', chainId },
    message: Object.fromEntries(fields.map((field) => [field.name, jsonValue(field, values[field.name])])),
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const bytesValue = (value: unknown, length: number): Uint8Array | null => {
  const bytes = typeof value === 'string' && value.startsWith('0x') ? fromHex(value.slice(2).toLowerCase()) : null
  return bytes?.length === length ? bytes : null
}

const cellValue = (value: unknown): string | null => {
  const cell = typeof value === 'string' && /^[0-9]{1,20}$/.test(value) ? BigInt(value).toString(16) : ''
  return cellToWire(cell) === null ? null : cell
}

const intValue = (value: unknown, least: number, most: number): number | null =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most ? (value as number) : null

const readValue = ({ name, type }: Field, value: unknown): Uint8Array | string | number | null => {
  if (name === 'cell') return cellValue(value)
  if (type === 'bytes') return bytesValue(value, 33)
  if (type === 'bytes32') return bytesValue(value, 32)
  if (type === 'int32') return intValue(value, -(2 ** 31), 2 ** 31 - 1)
  if (type !== 'address') return intValue(value, 0, Number.MAX_SAFE_INTEGER)
  const address = readAddress(typeof value === 'string' ? value : '')
  return address.ok ? address.value : null
}

const refused = (what: string): Result<never> => fail('sign/bad-typed-data', what)

/**
 * Reads typed data that was handed over, strictly: one of our five messages, written as `typedDataOf` writes it. What is signed
 * is built anew from the fields, so nothing is signed that was not read.
 */
export const readTypedData = (document: unknown): Result<Typed> => {
  if (!isRecord(document) || !isRecord(document.domain) || !isRecord(document.message)) return refused('no typed data')
  const { primaryType, domain, message } = document
  const name = (Object.keys(typedFields) as TypedName[]).find((one) => one === primaryType)
  const chainId = intValue(domain.chainId, 0, Number.MAX_SAFE_INTEGER)
  if (name === undefined || chainId === null) return refused('another message or domain')
  const values: Record<string, unknown> = {}
  for (const field of fieldsOf(name)) {
    const value = readValue(field, message[field.name])
    if (value === null) return refused(field.name)
    values[field.name] = value
  }
  const typed = { name, message: values, chainId } as unknown as Typed
  return canonical(document) === canonical(typedDataOf(typed))
    ? ok(typed)
    : refused('its types, domain or extra fields')
}

/** The same text for the same document, whatever the order of its names and the case of its hex digits. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (!isRecord(value)) return JSON.stringify(typeof value === 'string' ? value.toLowerCase() : value)
  const names = Object.keys(value).sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`
}
