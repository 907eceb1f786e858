/**
 * The signer for Cortex-M4 behind Espruino's `E.nativeCall`. It runs on the board: no BigInt, no Map, no spread.
 * Digests enter here only from code that built the message itself.
 */

/** What of Espruino's `E` is needed; firmware 2v18 and newer. */
export type NativeBoard = {
  /** Calls machine code at an address; its lowest bit says Thumb. */
  nativeCall(address: number, signature: string): (what: number, io: number, third: number) => number
  /** The bytes in one piece of memory, or undefined where no piece is large enough. */
  toFlatString(data: string | Uint8Array): string | undefined
  /** Where the bytes stand, in memory or in flash, or 0 where they are not in one piece. */
  getAddressOf(value: string | Uint8Array, flat: boolean): number
}

/** Every function gives null for input of a wrong size or value, and where the memory is not as it must be. */
export type NativeCrypto = {
  /** The known answer, without which nothing else is to be called. */
  selfTest(): boolean
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
const selfTestOf = 0
const publicKeyOf = 1
const signIt = 2
const verifyIt = 3
const sha256Of = 4
const keccak256Of = 5
const digestAt = 0
const secretAt = 32
const signatureAt = 64
const publicKeyAt = 128
const noMemory = -3
const messageBytesMax = 0x7fffff

/**
 * The code, ready to be called. Only for a Cortex-M4: anywhere else the first call is the end of the interpreter, so whoever calls asks
 * the board's manifest first.
 *
 * Code and table stay in flash: `Storage.read` gives a string that stands there (jsfReadFile and jsvGetDataPointer of Espruino 2v29), and
 * only where it has no address is it copied into one piece of memory, some 790 variables. Storage may move a file when it writes another
 * one, and a signature that is made with a wrong table gives the key away: so this is opened anew for each use, on what Storage reads
 * then, and from the address to the end of the call nothing else runs.
 * @param code - the bytes of `codeBase64`, one a character: a file of Storage.
 * @param table - those of `tableBase64`.
 * @param io - `arenaBytes` that are kept, so that a call finds them in one piece.
 */
export const openNativeCrypto = (board: NativeBoard, code: string, table: string, io: Uint8Array): NativeCrypto => {
  const inOnePiece = <T extends string | Uint8Array>(bytes: T): T | string | undefined =>
    board.getAddressOf(bytes, true) === 0 ? board.toFlatString(bytes) : bytes

  const call = (what: number, third: string | Uint8Array | undefined): number => {
    const flatCode = inOnePiece(code)
    if (flatCode === undefined || third === undefined) return noMemory
    // Why: firmware with Espruino's issue 2726 may move bytes to an odd place.
    const codeAt = board.getAddressOf(flatCode, true)
    const ioAt = board.getAddressOf(io, true)
    const thirdAt = board.getAddressOf(third, true)
    if (codeAt === 0 || ioAt === 0 || thirdAt === 0 || ((codeAt | ioAt) & 3) !== 0) return noMemory
    return board.nativeCall(codeAt | 1, 'int(int,int,int)')(what, ioAt, thirdAt)
  }
  const callWithTable = (what: number): number => {
    const flatTable = inOnePiece(table)
    if (flatTable === undefined || (board.getAddressOf(flatTable, true) & 3) !== 0) return noMemory
    return call(what, flatTable)
  }
  const copyOut = (from: number, length: number): Uint8Array => {
    const out = new Uint8Array(length)
    for (let i = 0; i < length; i++) out[i] = io[from + i] ?? 0
    return out
  }
  const callWithSecret = (what: number, secret: Uint8Array): number => {
    if (secret.length !== 32) return -1
    io.set(secret, secretAt)
    const result = callWithTable(what)
    io.fill(0, secretAt, signatureAt)
    return result
  }
  const hash = (what: number, message: Uint8Array): Uint8Array | null => {
    if (message.length > messageBytesMax) return null
    return call(what | (message.length << 8), inOnePiece(message)) === 0 ? copyOut(digestAt, 32) : null
  }
  return {
    selfTest: () => callWithTable(selfTestOf) === 1,
    publicKey: (secret) => (callWithSecret(publicKeyOf, secret) < 0 ? null : copyOut(publicKeyAt, 33)),
    address: (secret) => {
      if (callWithSecret(publicKeyOf, secret) < 0) return null
      const digest = hash(keccak256Of, copyOut(signatureAt, 64))
      if (digest === null) return null
      const out = new Uint8Array(20)
      for (let i = 0; i < 20; i++) out[i] = digest[12 + i] ?? 0
      return out
    },
    sign: (digest, secret) => {
      if (digest.length !== 32) return null
      io.set(digest, digestAt)
      const recovery = callWithSecret(signIt, secret)
      if (recovery < 0) return null
      const out = copyOut(signatureAt, 65)
      out[64] = recovery
      return out
    },
    verify: (digest, publicKey, signature) => {
      if (digest.length !== 32 || publicKey.length !== 33 || signature.length !== 64) return false
      io.set(digest, digestAt)
      io.set(signature, signatureAt)
      io.set(publicKey, publicKeyAt)
      return callWithTable(verifyIt) === 1
    },
    sha256: (message) => hash(sha256Of, message),
    keccak256: (message) => hash(keccak256Of, message),
  }
}
