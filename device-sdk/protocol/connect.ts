import { decode } from './cbor/decode.ts'
import { encode } from './cbor/encode.ts'
import { isBytes, isList, isUint32 } from './cbor/value.ts'
import type { Result } from './result.ts'
import { fail, ok } from './result.ts'

/** The body of the MQTT password. (boot, n) rises lexicographically per device, and every attempt takes a new n. */
export type Connect = { readonly gateway: Uint8Array; readonly boot: number; readonly n: number }

export const encodeConnect = (connect: Connect): Uint8Array => encode([connect.gateway, connect.boot, connect.n])

export const readConnect = (payload: Uint8Array): Result<Connect> => {
  const decoded = decode(payload)
  if (!decoded.ok) return decoded
  if (!isList(decoded.value) || decoded.value.length !== 3)
    return fail('wire/malformed', 'a connect body has three fields')
  const gateway = decoded.value[0]
  const boot = decoded.value[1]
  const n = decoded.value[2]
  if (!isBytes(gateway, 8) || !isUint32(boot) || !isUint32(n))
    return fail('wire/malformed', 'a field of the connect body')
  return ok({ gateway, boot, n })
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** base64url without padding (RFC 4648 section 5). */
export const toBase64Url = (bytes: Uint8Array): string => {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const three = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    const digits = Math.min(bytes.length - i, 3) + 1
    for (let d = 0; d < digits; d++) text += alphabet.charAt((three >> (18 - 6 * d)) & 63)
  }
  return text
}

/** @returns null for padding, other letters, and unused bits that are not zero: one text for each byte string. */
export const fromBase64Url = (text: string): Uint8Array | null => {
  if (text.length % 4 === 1) return null
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let bits = 0
  let held = 0
  let at = 0
  for (let i = 0; i < text.length; i++) {
    const digit = alphabet.indexOf(text.charAt(i))
    if (digit < 0) return null
    held = ((held << 6) | digit) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (held >> bits) & 255
    }
  }
  return (held & ((1 << bits) - 1)) === 0 ? bytes : null
}
