/** An implementation of ES256K verification (ECDSA over secp256k1, RFC 8812 section 3.2), chosen at start. */
export type Verifier = {
  /** For the log, the metrics and `doctor`. */
  readonly name: string
  /**
   * True only for r || s (64 bytes, s in the lower half) of this key (33 bytes, compressed) over this digest
   * (32 bytes). Everything else is false; it never throws.
   */
  verify(digest: Uint8Array, publicKey: Uint8Array, signature: Uint8Array): boolean
}

const order = Buffer.from('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141', 'hex')
const halfOrder = Buffer.from('7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0', 'hex')

/** True for a big-endian scalar from 1 to `most`; `from` is its first byte in the signature. */
const inRange = (signature: Uint8Array, from: number, most: Uint8Array, mayEqual: boolean): boolean => {
  let nonZero = false
  let below = false
  for (let i = 0; i < 32; i += 1) {
    const byte = signature[from + i] ?? 0
    const limit = most[i] ?? 0
    if (!below && byte > limit) return false
    if (byte < limit) below = true
    if (byte !== 0) nonZero = true
  }
  return nonZero && (below || mayEqual)
}

/**
 * Puts the checks of size and range before an implementation, and turns what it throws into false.
 * Why: a call through FFI checks nothing, and a null or short buffer there reads foreign memory or ends the process.
 */
export const guarded = (name: string, verify: Verifier['verify']): Verifier => ({
  name,
  verify: (digest, publicKey, signature) => {
    if (digest.length !== 32 || publicKey.length !== 33 || signature.length !== 64) return false
    // SEC 1 section 4.1.4: r and s from 1 to n - 1; low-S on top.
    if (!inRange(signature, 0, order, false) || !inRange(signature, 32, halfOrder, true)) return false
    try {
      return verify(digest, publicKey, signature)
    } catch {
      return false
    }
  },
})
