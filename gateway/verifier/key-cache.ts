/** How many keys a verifier keeps parsed; past that the one that came first goes. About 300 bytes each. */
const parsedKeysMax = 16_384

/**
 * Remembers what `parse` made of a public key, by the bytes of the key. Null is a key off the curve, and is
 * remembered too. Why: parsing a compressed key takes a square root, about a tenth of a verification.
 */
export const createKeyCache = <Parsed>(
  parse: (publicKey: Uint8Array) => Parsed | null,
  keysMax = parsedKeysMax,
): ((publicKey: Uint8Array) => Parsed | null) => {
  const parsed = new Map<string, Parsed | null>()
  return (publicKey) => {
    const id = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.byteLength).toString('latin1')
    const known = parsed.get(id)
    if (known !== undefined) return known
    const made = parse(publicKey)
    const oldest = parsed.size >= keysMax ? parsed.keys().next() : undefined
    if (oldest && !oldest.done) parsed.delete(oldest.value)
    parsed.set(id, made)
    return made
  }
}
