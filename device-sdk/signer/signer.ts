/**
 * A key that signs. A device signs only what it built itself: hand a Signer to the code that builds messages,
 * and offer no interface that takes a digest from outside.
 */
export type Signer = {
  /** Where the key lives, without the secret: `file:<path>`, `memory:`. */
  readonly uri: string
  /** True where the secret can be copied out of its place; false in a secure element. */
  readonly exportable: boolean
  /** 33 bytes, SEC1 compressed, secp256k1. */
  readonly publicKey: Uint8Array
  /**
   * ECDSA over a digest of exactly 32 bytes.
   * @returns r || s, 64 bytes, s in the lower half, nonce after RFC 6979: the same digest gives the same bytes.
   * @throws TypeError for a digest of another length, which is the caller's mistake.
   */
  sign(digest: Uint8Array): Uint8Array
}

/** Makes a signer of a secret of 32 bytes. It copies the secret: the caller wipes its own. */
export type MakeSigner = (secretKey: Uint8Array, uri: string) => Signer
