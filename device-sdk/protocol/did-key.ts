const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const prefix = 'did:key:z'
/** Multicodec of a compressed secp256k1 key, as an unsigned varint. */
const multicodec = [0xe7, 0x01]
const textMax = 64

/** Bytes in big-endian base `from` to digits in base `to`, leading zeros kept one for one. */
const convert = (digits: readonly number[], from: number, to: number): number[] => {
  const out: number[] = []
  let zeros = 0
  while (zeros < digits.length && digits[zeros] === 0) zeros++
  for (const digit of digits) {
    let carry = digit
    for (let i = 0; i < out.length; i++) {
      carry += (out[i] as number) * from
      out[i] = carry % to
      carry = Math.floor(carry / to)
    }
    for (; carry > 0; carry = Math.floor(carry / to)) out.push(carry % to)
  }
  for (let i = 0; i < zeros; i++) out.push(0)
  return out.reverse()
}

/** `did:key:z` + base58btc(0xe701 || compressed key). Spec: W3C CCG, The did:key Method; the multicodec table. */
export const didKeyOf = (publicKey: Uint8Array): string =>
  prefix +
  convert(multicodec.concat(Array.from(publicKey)), 256, 58)
    .map((digit) => alphabet.charAt(digit))
    .join('')

/** The compressed key of a did:key, 33 bytes; null for every other text. Whether it is a point of the curve is not checked. */
export const readDidKey = (text: string): Uint8Array | null => {
  if (!text.startsWith(prefix) || text.length > prefix.length + textMax) return null
  const digits: number[] = []
  for (const letter of text.slice(prefix.length)) digits.push(alphabet.indexOf(letter))
  if (digits.some((digit) => digit < 0)) return null
  const bytes = convert(digits, 58, 256)
  const key = new Uint8Array(bytes.slice(multicodec.length))
  const isKey = bytes[0] === multicodec[0] && bytes[1] === multicodec[1] && key.length === 33
  return isKey && (key[0] === 2 || key[0] === 3) ? key : null
}
