import { createKeyCache } from './key-cache.ts'
import { guarded, type Verifier } from './verifier.ts'

/** The `secp256k1` addon. Rejects where it is not installed or has no build for this machine (linux-arm64). */
export const loadAddonVerifier = async (): Promise<Verifier> => {
  const { default: addon } = await import('secp256k1/bindings.js')
  // The addon parses the key anew in each call; a 65-byte key spares it the square root.
  const keyOf = createKeyCache((publicKey) => orNull(() => addon.publicKeyConvert(publicKey, false)))
  return guarded('addon', (digest, publicKey, signature) => {
    const key = keyOf(publicKey)
    return key !== null && addon.ecdsaVerify(signature, digest, key)
  })
}

const orNull = <T>(make: () => T): T | null => {
  try {
    return make()
  } catch {
    return null
  }
}
