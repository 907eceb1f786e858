import { kidOf } from '../../protocol/device-id.ts'
import type { Sha256 } from '../../protocol/index.ts'
import { storage, toBytes, toText } from './firmware.ts'

export type Key = {
  readonly secret: Uint8Array
  /** Compressed, 33 bytes. */
  readonly publicKey: Uint8Array
  readonly address: Uint8Array
  readonly kid: Uint8Array
}

/** Secret, public key, address, CRC-32 of these: 89 bytes. The public half costs a board a minute, so it is kept too. */
export const keyFile = 'hexfix.key'
export const crcAt = 85

export const crcOf = (bytes: Uint8Array): number => E.CRC32(toText(bytes.subarray(0, crcAt)))

export const keyOf = (file: Uint8Array, sha256: Sha256): Key => {
  const publicKey = file.subarray(32, 65)
  return {
    secret: file.subarray(0, 32),
    publicKey,
    address: file.subarray(65, crcAt),
    kid: kidOf(publicKey, sha256),
  }
}

/** The board's key; null where there is none; 'unreadable' where there is one that cannot be read, which is never replaced. */
export const readKey = (sha256: Sha256): Key | null | 'unreadable' => {
  const text = storage.read(keyFile)
  if (text === undefined) return null
  const file = toBytes(text)
  if (file.length !== crcAt + 4 || new DataView(file.buffer).getUint32(crcAt) !== crcOf(file)) return 'unreadable'
  return keyOf(file, sha256)
}
