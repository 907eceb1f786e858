import { createKeyCache } from './key-cache.ts'
import { loadLibsecp256k1, opaqueBytes } from './libsecp256k1.ts'
import { guarded, type Verifier } from './verifier.ts'

/** The system's libsecp256k1 through koffi. Rejects where koffi or the library is not installed. */
export const loadKoffiVerifier = async (): Promise<Verifier> => {
  const { context, func } = await loadLibsecp256k1()
  const parseKey = func('int secp256k1_ec_pubkey_parse(void *ctx, void *out, const void *key, size_t len)')
  const parseSignature = func(
    'int secp256k1_ecdsa_signature_parse_compact(void *ctx, void *out, const void *signature)',
  )
  const verify = func(
    'int secp256k1_ecdsa_verify(void *ctx, const void *signature, const void *digest, const void *key)',
  )

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
