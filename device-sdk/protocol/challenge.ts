import { concatBytes, fromHex } from './bytes.ts'
import { writeUtf8 } from './cbor/utf8.ts'
import type { Sha256 } from './sign1.ts'

const label = 'HXF1 challenge'
const labelBytes = new Uint8Array(label.length)
writeUtf8(labelBytes, 0, label)

/**
 * The bytes of a beacon on the air, derived from what it is signed with: SHA-256("HXF1 challenge" || value || kid || nonce).
 * Device and gateway both derive them. `value` is the entropy of the minute; it is empty as long as no entropy is published.
 */
export const challengeBytes = (
  kid: string,
  nonce: Uint8Array,
  sha256: Sha256,
  value: Uint8Array = new Uint8Array(0),
): Uint8Array => sha256(concatBytes([labelBytes, value, fromHex(kid) ?? new Uint8Array(0), nonce]))
