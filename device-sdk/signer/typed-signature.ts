import type { TypedMessages, TypedName } from '../protocol/index.ts'
import { equalBytes, typedDigest } from '../protocol/index.ts'
import { evmAddress, keccak256 } from './noble.ts'
import { recoverAddress } from './recover.ts'
import type { Signer } from './signer.ts'

/** Signs a typed message that the caller built from fields: r || s || v, v 27 or 28, 65 bytes (EIP-712). */
export const signTypedMessage = <Name extends TypedName>(
  signer: Signer,
  name: Name,
  message: TypedMessages[Name],
  chainId: number,
): Uint8Array => {
  const digest = typedDigest(name, message, chainId, keccak256)
  const address = evmAddress(signer.publicKey)
  const signature = new Uint8Array(65)
  signature.set(signer.sign(digest))
  // Why: the port gives no recovery id. v of 29 and 30 stand for r above the order, which nobody will ever see.
  signature[64] = 27
  if (!equalBytes(recoverAddress(digest, signature) ?? digest, address)) signature[64] = 28
  return signature
}
