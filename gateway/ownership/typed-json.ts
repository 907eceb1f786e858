import type { TypedMessages, TypedName } from '../../device-sdk/protocol/index.ts'
import { fromHex, toHex, typedFields } from '../../device-sdk/protocol/index.ts'

/** Bytes as the API and the history write them: 0x and lower-case hex. */
export const hexOf = (bytes: Uint8Array): string => `0x${toHex(bytes)}`

export const bytesOf = (text: unknown): Uint8Array | null =>
  typeof text === 'string' && text.startsWith('0x') ? fromHex(text.slice(2)) : null

/** A typed message as JSON: bytes in hex, numbers as they are, an H3 cell in its 15 digits. */
export const messageToJson = (message: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(message).map(([name, value]) => [name, value instanceof Uint8Array ? hexOf(value) : value]),
  )

export const isTypedName = (name: unknown): name is TypedName =>
  typeof name === 'string' && Object.hasOwn(typedFields, name)

/** The way back, for a history as it was read. `typedDigest` throws where a field is not of its type. */
export const messageFromJson = <Name extends TypedName>(
  name: Name,
  json: Readonly<Record<string, unknown>>,
): TypedMessages[Name] => {
  const fields = typedFields[name].split(',').map((field) => {
    const [type = '', label = ''] = field.split(' ')
    const value = json[label]
    return [label, type === 'address' || type.startsWith('bytes') ? bytesOf(value) : value]
  })
  return Object.fromEntries(fields) as TypedMessages[Name]
}
