import { fromBase32, toBase32 } from './base32.ts'
import { equalBytes, fromHex, toHex } from './bytes.ts'
import { intMax } from './cbor/value.ts'
import { kidOf } from './device-id.ts'
import type { Result } from './result.ts'
import { fail, ok } from './result.ts'
import type { Sha256 } from './sign1.ts'

/** What a label says of a device. `publicKey` is compressed, 33 bytes. */
export type DeviceLabel = { readonly net: number; readonly kid: string; readonly publicKey: Uint8Array }

/**
 * `HEXFIX:<net>/<kid>/<key>`: net in decimal, kid in hex, the compressed key in base32 (RFC 4648) without padding. All of it is in
 * the alphanumeric set of QR codes (ISO/IEC 18004), at 5.5 bits a character: 79 characters for a net of one digit.
 */
export const qrText = (net: number, publicKey: Uint8Array, sha256: Sha256): string =>
  `HEXFIX:${net}/${toHex(kidOf(publicKey, sha256)).toUpperCase()}/${toBase32(publicKey)}`

const form = /^HEXFIX:(0|[1-9][0-9]{0,15})\/([0-9A-F]{16})\/([A-Z2-7]{53})$/

/**
 * Reads the text of a label, typed or scanned, in either case (RFC 3986: schemes have none). @returns `label/not-a-device` for
 * other texts, and where the kid is not the key's: a digit was lost. A label proves nothing of who holds the key.
 */
export const readQrText = (text: string, sha256: Sha256): Result<DeviceLabel> => {
  const parts = form.exec(text.trim().toUpperCase())
  if (parts === null) return fail('label/not-a-device', 'not of the form HEXFIX:<net>/<kid>/<key>')
  const net = Number(parts[1])
  const kid = (parts[2] as string).toLowerCase()
  const publicKey = fromBase32(parts[3] as string)
  if (net > intMax || publicKey === null || (publicKey[0] !== 2 && publicKey[0] !== 3))
    return fail('label/not-a-device', 'no network or no key')
  if (!equalBytes(kidOf(publicKey, sha256), fromHex(kid) ?? new Uint8Array(0)))
    return fail('label/not-a-device', 'its kid is not of its key')
  return ok({ net, kid, publicKey })
}
