/**
 * The signer for Cortex-M4 behind Espruino's `E.nativeCall`. It runs on the board: no BigInt, no Map, no spread.
 * Digests enter here only from code that built the message itself.
 */

/** What of Espruino's `E` is needed; firmware 2v18 and newer. */
export type NativeBoard = {
  /** Calls machine code in a flat string; the lowest bit of the offset says Thumb. */
  nativeCall(offset: number, signature: string, code: string): (what: number, io: number, third: number) => number
  /** The bytes in one piece of memory, or undefined where no piece is large enough. */
  toFlatString(data: string | Uint8Array): string | undefined
  /** Where the bytes stand, or 0 where they are not in one piece. */
  getAddressOf(value: string | Uint8Array, flat: boolean): number
}

/** Every function gives null for input of a wrong size or value, and where the memory is not as it must be. */
export type NativeCrypto = {
  /** 33 bytes, SEC1 compressed; null for what is no secret. */
  publicKey(secret: Uint8Array): Uint8Array | null
  /** The 20-byte Ethereum address. */
  address(secret: Uint8Array): Uint8Array | null
  /**
   * r || s || recovery id, 65 bytes: s in the lower half, nonce after RFC 6979, the same as from every signer of
   * this project. The id is 0 to 3, and `v` of EIP-712 is 27 more.
   */
  sign(digest: Uint8Array, secret: Uint8Array): Uint8Array | null
  /** True for a right signature whose s is in the lower half. */
  verify(digest: Uint8Array, publicKey: Uint8Array, signature: Uint8Array): boolean
  sha256(message: Uint8Array): Uint8Array | null
  /** As Ethereum uses it: the padding before FIPS 202. */
  keccak256(message: Uint8Array): Uint8Array | null
}

// The operations of `signer.c`, and where in the arena of `ecdsa.h` things stand.
const selfTest = 0
const publicKeyOf = 1
const signIt = 2
const verifyIt = 3
const sha256Of = 4
const keccak256Of = 5
const arenaBytes = 168
const digestAt = 0
const secretAt = 32
const signatureAt = 64
const publicKeyAt = 128
const noMemory = -3
const messageBytesMax = 0x7fffff

/**
 * Loads the code and runs its self-test against the known answer, once. Only for a Cortex-M4: anywhere else
 * the first call is the end of the interpreter, so whoever calls asks the board's manifest first.
 * @param code - the bytes of `codeBase64`, one a character. Best a file of Storage: base64 in a bundle costs RAM twice.
 * @param table - those of `tableBase64`.
 * @returns null where memory is short, or the answer is not the known one: then the JavaScript signer serves.
 */
export const loadNativeCrypto = (board: NativeBoard, code: string, table: string): NativeCrypto | null => {
  const flatCode = board.toFlatString(code)
  // Why: a table in flash may be moved by Storage, and a signature made with a wrong table gives the key away.
  const flatTable = board.toFlatString(table)
  if (flatCode === undefined || flatTable === undefined) return null
  const io = new Uint8Array(arenaBytes)
  const run = board.nativeCall(1, 'int(int,int,int)', flatCode)

  // Why: Espruino moves memory about when it is short of it, so addresses hold for one call alone, and firmware
  // with its issue 2726 may move bytes to an odd place.
  const call = (what: number, third: string): number => {
    const codeAt = board.getAddressOf(flatCode, true)
    const ioAt = board.getAddressOf(io, true)
    const thirdAt = board.getAddressOf(third, true)
    if (codeAt === 0 || ioAt === 0 || thirdAt === 0 || ((codeAt | ioAt) & 3) !== 0) return noMemory
    if (third === flatTable && (thirdAt & 3) !== 0) return noMemory
    return run(what, ioAt, thirdAt)
  }
  const copyOut = (from: number, length: number): Uint8Array => {
    const out = new Uint8Array(length)
    for (let i = 0; i < length; i++) out[i] = io[from + i] ?? 0
    return out
  }
  const callWithSecret = (what: number, secret: Uint8Array): number => {
    if (secret.length !== 32) return -1
    io.set(secret, secretAt)
    const result = call(what, flatTable)
    io.fill(0, secretAt, signatureAt)
    return result
  }
  const sign = (digest: Uint8Array, secret: Uint8Array): Uint8Array | null => {
    if (digest.length !== 32) return null
    io.set(digest, digestAt)
    const recovery = callWithSecret(signIt, secret)
    if (recovery < 0) return null
    const out = copyOut(signatureAt, 65)
    out[64] = recovery
    return out
  }
  const hash = (what: number, message: Uint8Array): Uint8Array | null => {
    if (message.length > messageBytesMax) return null
    const flat = board.toFlatString(message)
    if (flat === undefined || call(what | (message.length << 8), flat) !== 0) return null
    return copyOut(digestAt, 32)
  }

  if (call(selfTest, flatTable) !== 1) return null
  return {
    publicKey: (secret) => (callWithSecret(publicKeyOf, secret) < 0 ? null : copyOut(publicKeyAt, 33)),
    address: (secret) => {
      if (callWithSecret(publicKeyOf, secret) < 0) return null
      const digest = hash(keccak256Of, copyOut(signatureAt, 64))
      if (digest === null) return null
      const out = new Uint8Array(20)
      for (let i = 0; i < 20; i++) out[i] = digest[12 + i] ?? 0
      return out
    },
    sign,
    verify: (digest, publicKey, signature) => {
      if (digest.length !== 32 || publicKey.length !== 33 || signature.length !== 64) return false
      io.set(digest, digestAt)
      io.set(signature, signatureAt)
      io.set(publicKey, publicKeyAt)
      return call(verifyIt, flatTable) === 1
    },
    sha256: (message) => hash(sha256Of, message),
    keccak256: (message) => hash(keccak256Of, message),
  }
}
