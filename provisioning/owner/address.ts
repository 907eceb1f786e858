import type { Result } from '../../device-sdk/protocol/index.ts'
import { checksumAddress, fail, fromHex, ok } from '../../device-sdk/protocol/index.ts'
import { keccak256 } from '../../device-sdk/signer/index.ts'

/** The 20 bytes of an address. With letters of both cases they must be its checksum (EIP-55). */
export const readAddress = (text: string): Result<Uint8Array> => {
  const digits = /^0x([0-9a-fA-F]{40})$/.exec(text.trim())?.[1]
  const bytes = digits === undefined ? null : fromHex(digits.toLowerCase())
  if (digits === undefined || bytes === null) return fail('owner/bad-address', text)
  const mixed = digits !== digits.toLowerCase() && digits !== digits.toUpperCase()
  return mixed && `0x${digits}` !== showAddress(bytes)
    ? fail('owner/bad-address', `${text}: wrong checksum`)
    : ok(bytes)
}

/** An address that came as text, with its checksum; what is none stays as it is. */
export const checksummed = (text: unknown): string => {
  const read = readAddress(String(text))
  return read.ok ? showAddress(read.value) : String(text)
}

export const showAddress = (address: Uint8Array): string => checksumAddress(address, keccak256)
