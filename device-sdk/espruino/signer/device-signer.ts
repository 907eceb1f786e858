import { fromBytes, type Limbs, toBytes } from './field.ts'
import type { Slice } from './inverse.ts'
import { keccak256 } from './keccak.ts'
import { multiply } from './multiply.ts'
import type { Hash } from './nonce.ts'
import { sign } from './sign.ts'

/** The key's public half: 33 bytes SEC1 compressed, and the 20 bytes of its Ethereum address. */
export type PublicKey = { publicKey: Uint8Array; address: Uint8Array }

/** Work done between two turns of the board's own loop, one job after the other. */
export type DeviceSigner = {
  publicKey(done: (key: PublicKey) => void): void
  /** ECDSA over 32 bytes: r || s || recovery id, 65 bytes; EIP-712 wants 27 more in the last. */
  sign(digest: Uint8Array, done: (signature: Uint8Array) => void): void
}

const toPublicKey = (x: Limbs, y: Limbs): PublicKey => {
  const X = toBytes(x)
  return {
    publicKey: E.toUint8Array(2 + ((y[0] as number) & 1), X),
    address: keccak256(E.toUint8Array(X, toBytes(y))).subarray(12),
  }
}

/**
 * @param secret - 32 bytes, from 1 to n - 1, as `makeSecret` gives. Hand the result only to the code that builds
 * messages: a device signs what it built itself.
 * @param table - the bytes of `combTable`, as a Uint24Array; on a board it stays in flash.
 * @param sha256 - the firmware's, or the one of this folder.
 */
export const deviceSigner = (secret: Uint8Array, table: Limbs, sha256: Hash): DeviceSigner => {
  // Why a queue: the point under way lives in arrays that all jobs share.
  const waiting: Slice[] = []
  const turn = (): void => {
    const next = (waiting[0] as Slice)()
    if (next) waiting[0] = next
    else waiting.shift()
    if (waiting.length) setTimeout(turn, 1)
  }
  const run = (slice: Slice): void => {
    waiting.push(slice)
    if (waiting.length === 1) setTimeout(turn, 1)
  }
  return {
    publicKey: (done) =>
      run(
        multiply(fromBytes(secret), table, (x, y) => {
          done(toPublicKey(x, y))
          return undefined
        }),
      ),
    sign: (digest, done) => run(sign(secret, digest, table, sha256, done)),
  }
}
