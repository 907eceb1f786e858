import { createKeyCache } from './key-cache.ts'
import { guarded, type Verifier } from './verifier.ts'

// Versions 0.2, 0.3 and later raise the number of the library; 0 is that of builds before the first release.
const sonames = ['1', '2', '3', '4', '5', '6', '0'].map((version) => `libsecp256k1.so.${version}`)

/** SECP256K1_CONTEXT_VERIFY: needed before version 0.2, and the same as none since. */
const contextVerify = 0x0101
/** secp256k1_pubkey and secp256k1_ecdsa_signature are opaque, 64 bytes each, in every version. */
const opaqueBytes = 64

/** The system's libsecp256k1 through koffi. Rejects where koffi or the library is not installed. */
export const loadKoffiVerifier = async (): Promise<Verifier> => {
  const { default: koffi } = await import('koffi')
  const library = firstOf(sonames, (soname) => koffi.load(soname))
  const createContext = library.func('void *secp256k1_context_create(unsigned int flags)')
  const parseKey = library.func('int secp256k1_ec_pubkey_parse(void *ctx, void *out, const void *key, size_t len)')
  const parseSignature = library.func(
    'int secp256k1_ecdsa_signature_parse_compact(void *ctx, void *out, const void *signature)',
  )
  const verify = library.func(
    'int secp256k1_ecdsa_verify(void *ctx, const void *signature, const void *digest, const void *key)',
  )

  const context: unknown = createContext(contextVerify)
  if (!context) throw new Error('libsecp256k1 gave no context')
  const keyOf = createKeyCache((publicKey) => {
    const key = new Uint8Array(opaqueBytes)
    return parseKey(context, key, publicKey, publicKey.length) === 1 ? key : null
  })
  const parsedSignature = new Uint8Array(opaqueBytes)

  return guarded('koffi', (digest, publicKey, signature) => {
    const key = keyOf(publicKey)
    // Why: an unparsed key or signature would make the library call abort().
    if (key === null || parseSignature(context, parsedSignature, signature) !== 1) return false
    return verify(context, parsedSignature, digest, key) === 1
  })
}

const firstOf = <T>(names: readonly string[], load: (name: string) => T): T => {
  for (const name of names) {
    try {
      return load(name)
    } catch {}
  }
  throw new Error(`none of ${names.join(', ')} is installed; on Debian: scripts/debian-packages.sh`)
}
