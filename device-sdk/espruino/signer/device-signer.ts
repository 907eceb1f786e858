import { fromBytes, type Limbs, toBytes } from './field.ts'
import { keccak256 } from './keccak.ts'
import { type Affine, type Job, multiply } from './multiply.ts'
import type { Hash } from './nonce.ts'
import { signJob } from './sign.ts'

/** The key's public half: 33 bytes SEC1 compressed, and the 20 bytes of its Ethereum address. */
export type PublicKey = { publicKey: Uint8Array; address: Uint8Array }

/** Work done between two turns of the board's own loop, one job after the other. */
export type DeviceSigner = {
  publicKey(done: (key: PublicKey) => void): void
  /** ECDSA over 32 bytes: r || s || recovery id, 65 bytes; EIP-712 wants 27 more in the last. */
  sign(digest: Uint8Array, done: (signature: Uint8Array) => void): void
}

const toPublicKey = (at: Affine): PublicKey => {
  const point = new Uint8Array(64)
  toBytes(at.x, point, 0)
  toBytes(at.y, point, 32)
  const publicKey = new Uint8Array(33)
  publicKey[0] = 2 + ((at.y[0] as number) & 1)
  publicKey.set(point.subarray(0, 32), 1)
  return { publicKey, address: keccak256(point).subarray(12) }
}

/**
 * @param secret - 32 bytes, from 1 to n - 1, as `makeSecret` gives. Hand the result only to the code that builds
 * messages: a device signs what it built itself.
 * @param table - the bytes of `combTable`, as a Uint24Array; on a board it stays in flash.
 * @param sha256 - the firmware's, or the one of this folder.
 */
export const deviceSigner = (secret: Uint8Array, table: Limbs, sha256: Hash): DeviceSigner => {
  // Why a queue: the point under way lives in arrays that all jobs share.
  const waiting: (() => boolean)[] = []
  const turn = (): void => {
    const step = waiting[0]
    if (!step) return
    if (!step()) waiting.shift()
    setTimeout(turn, 1)
  }
  const run = <T>(job: Job<T>, done: (result: T) => void): void => {
    waiting.push(() => {
      const more = job.step()
      if (!more) done(job.result)
      return more
    })
    if (waiting.length === 1) setTimeout(turn, 1)
  }
  return {
    publicKey: (done) => run(multiply(fromBytes(secret, 0), table), (point) => done(toPublicKey(point))),
    sign: (digest, done) => run(signJob(secret, digest, table, sha256), done),
  }
}
