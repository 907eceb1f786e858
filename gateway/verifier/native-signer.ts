import type { MakeSigner } from '../../device-sdk/signer/index.ts'
import { nobleSigner } from '../../device-sdk/signer/index.ts'
import { loadLibsecp256k1, opaqueBytes } from './libsecp256k1.ts'

const digestBytes = 32
const signatureBytes = 64

/** Signs with the system's libsecp256k1: RFC 6979 and low-S by default, so the same bytes as noble, twenty times faster. */
const loadKoffiSigner = async (): Promise<MakeSigner> => {
  const { context, func } = await loadLibsecp256k1()
  const sign = func(
    'int secp256k1_ecdsa_sign(void *ctx, void *out, const void *digest, const void *secret, void *noncefp, void *data)',
  )
  const write = func('int secp256k1_ecdsa_signature_serialize_compact(void *ctx, void *out, const void *signature)')
  return (secretKey, uri) => {
    const noble = nobleSigner(secretKey, uri)
    // Why: only this closure sees the secret, so no log or JSON of a signer can show it.
    const secret = Uint8Array.from(secretKey)
    const opaque = new Uint8Array(opaqueBytes)
    return {
      ...noble,
      sign: (digest) => {
        if (digest.length !== digestBytes) throw new TypeError(`a digest to sign has ${digestBytes} bytes`)
        const signature = new Uint8Array(signatureBytes)
        const made = sign(context, opaque, digest, secret, null, null) === 1 && write(context, signature, opaque) === 1
        return made ? signature : noble.sign(digest)
      },
    }
  }
}

const knownSecret = new Uint8Array(32).fill(0x1f)
const knownDigest = new Uint8Array(32).fill(0xa5)

/** The fastest way to sign on this machine that makes the same bytes as noble; noble itself where there is none. */
export const chooseSigner = async (): Promise<{ readonly name: string; readonly makeSigner: MakeSigner }> => {
  try {
    const makeSigner = await loadKoffiSigner()
    const [ours, noble] = [makeSigner(knownSecret, 'memory:'), nobleSigner(knownSecret)]
    if (Buffer.compare(ours.sign(knownDigest), noble.sign(knownDigest)) === 0) return { name: 'koffi', makeSigner }
  } catch {}
  return { name: 'noble', makeSigner: nobleSigner }
}
