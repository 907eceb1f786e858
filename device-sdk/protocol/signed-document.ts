import { encode } from './cbor/encode.ts'
import type { Sha256, SignDigest, VerifyDigest } from './sign1.ts'

/** A document as it is published: its bytes, and r || s by the gateway's key. */
export type SignedDocument = { readonly document: Uint8Array; readonly signature: Uint8Array }

/**
 * What is signed: SHA-256 over [label, net, document], deterministic CBOR. The label tells documents of one kind from another;
 * the first text of a COSE preimage is "Signature1", and a typed message opens with 0x19: neither can be this.
 */
const digestOf = (label: string, document: Uint8Array, net: number, sha256: Sha256): Uint8Array =>
  sha256(encode([label, net, document]))

export const signDocument = (
  label: string,
  document: Uint8Array,
  net: number,
  sha256: Sha256,
  sign: SignDigest,
): SignedDocument => ({ document, signature: sign(digestOf(label, document, net, sha256)) })

/** Whether this key signed the document for this network, as one of this kind. */
export const holdsDocument = (
  label: string,
  { document, signature }: SignedDocument,
  net: number,
  publicKey: Uint8Array,
  sha256: Sha256,
  verify: VerifyDigest,
): boolean => verify(digestOf(label, document, net, sha256), publicKey, signature)
