import { join } from './arrays.ts'
import { fromBytes, type Limbs, toBytes } from './field.ts'
import { keccak256 } from './keccak.ts'
import { multiply } from './multiply.ts'
import type { Hash } from './nonce.ts'
import { sign } from './sign.ts'
import { run } from './turns.ts'

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
    publicKey: join(2 + ((y[0] as number) & 1), X),
    address: keccak256(join(X, toBytes(y))).subarray(12),
  }
}

/**
 * @param secret - 32 bytes, from 1 to n - 1, as `makeSecret` gives. Hand the result only to the code that builds
 * messages: a device signs what it built itself.
 * @param table - the bytes of `combTable`, as a Uint24Array; on a board it stays in flash.
 * @param sha256 - the firmware's, or the one of this folder.
 */
export const deviceSigner = (secret: Uint8Array, table: Limbs, sha256: Hash): DeviceSigner => ({
  publicKey: (done) =>
    run(
      multiply(fromBytes(secret), table, (x, y) => {
        done(toPublicKey(x, y))
        return undefined
      }),
    ),
  sign: (digest, done) => run(sign(secret, digest, table, sha256, done)),
})
