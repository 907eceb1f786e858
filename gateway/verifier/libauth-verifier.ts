import { createKeyCache } from './key-cache.ts'
import { guarded, type Verifier } from './verifier.ts'

/** libsecp256k1 compiled to WebAssembly, by @bitauth/libauth: runs wherever Node does. */
export const loadLibauthVerifier = async (): Promise<Verifier> => {
  const { instantiateSecp256k1 } = await import('@bitauth/libauth')
  const wasm = await instantiateSecp256k1()
  const keyOf = createKeyCache((publicKey) => {
    const key = wasm.uncompressPublicKey(publicKey)
    // The library gives a message in place of bytes for a key off the curve.
    return typeof key === 'string' ? null : key
  })
  return guarded('libauth', (digest, publicKey, signature) => {
    const key = keyOf(publicKey)
    return key !== null && wasm.verifySignatureCompactLowS(signature, key, digest)
  })
}
