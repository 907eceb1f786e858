/** The native half of the package alone; its main entry falls back to JavaScript, 30 times slower, without a word. */
declare module 'secp256k1/bindings.js' {
  const bindings: {
    /** Throws for a key off the curve. `compressed` false gives 65 bytes. */
    publicKeyConvert(publicKey: Uint8Array, compressed: boolean): Uint8Array
    /** Throws for a signature or key that cannot be parsed. */
    ecdsaVerify(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean
  }
  export default bindings
}
