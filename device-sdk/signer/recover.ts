import { recoverPublicKey } from '@noble/secp256k1'
import { toHex } from '../protocol/bytes.ts'
import { evmAddress } from './noble.ts'

/** Half of the group order, rounded down: s may not be over it. Spec: EIP-2, SEC 2 section 2.4.1. */
const halfOrder = '7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0'

/**
 * The 20-byte address whose key made an Ethereum signature over a digest: r || s || v, 65 bytes, v 27 or 28. Never throws.
 * @returns null where no key could have made it, and where s is in the upper half: each signature has one form.
 */
export const recoverAddress = (digest: Uint8Array, signature: Uint8Array): Uint8Array | null => {
  const v = signature[64]
  if (digest.length !== 32 || signature.length !== 65 || (v !== 27 && v !== 28)) return null
  if (toHex(signature.subarray(32, 64)) > halfOrder) return null
  const recovered = new Uint8Array(65)
  recovered[0] = v - 27
  recovered.set(signature.subarray(0, 64), 1)
  try {
    return evmAddress(recoverPublicKey(recovered, digest, { prehash: false }))
  } catch {
    return null
  }
}
