import type { Signer } from '../../signer/index.ts'
import type { NativeCrypto } from './native-crypto.ts'

/**
 * A Signer over the native code. The secret's bytes are copied: the caller may wipe its own.
 * @returns null for what is no secret.
 */
export const nativeSigner = (crypto: NativeCrypto, secretKey: Uint8Array, uri: string): Signer | null => {
  const publicKey = crypto.publicKey(secretKey)
  if (publicKey === null) return null
  const secret = new Uint8Array(32)
  secret.set(secretKey, 0)
  return {
    uri,
    exportable: true,
    publicKey,
    sign: (digest) => {
      if (digest.length !== 32) throw new TypeError(`a digest to sign has 32 bytes, this one has ${digest.length}`)
      const signature = crypto.sign(digest, secret)
      // Why: the size is right and the secret is one, so only the memory can have failed; a later call may do.
      if (signature === null)
        throw new Error('the native signer found no memory in one piece; free some, and try again')
      return signature.slice(0, 64)
    },
  }
}
