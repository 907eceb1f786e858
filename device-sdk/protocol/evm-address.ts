import { toHex } from './bytes.ts'
import { utf8Bytes } from './cbor/utf8.ts'
import type { Keccak256 } from './eip712.ts'

/** The text of a 20-byte address, its letters' case a checksum. Spec: EIP-55. */
export const checksumAddress = (address: Uint8Array, keccak256: Keccak256): string => {
  const digits = toHex(address)
  const hash = toHex(keccak256(utf8Bytes(digits)))
  let text = '0x'
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charAt(i)
    text += hash.charAt(i) >= '8' ? digit.toUpperCase() : digit
  }
  return text
}
