import { arenaBytes } from '../native/arena.ts'
import type { NativeCrypto } from '../native/native-crypto.ts'
import { openNativeCrypto } from '../native/native-crypto.ts'
import { storage } from './firmware.ts'
import type { LoopCrypto } from './loop.ts'
import { openSettle } from './settle.ts'

/** Another call may find the memory in one piece that this one did not. */
const againMs = 1000

/** Asks until there is an answer, each time in a turn of its own. */
const eventually = <T>(ask: () => T | null, done: (answer: T) => void): void => {
  const turn = (): void => {
    const answer = ask()
    if (answer === null) setTimeout(turn, againMs)
    else done(answer)
  }
  setTimeout(turn, 1)
}

const given = (digest: Uint8Array | null): Uint8Array => {
  if (digest === null) throw new Error('no memory in one piece')
  return digest
}

/**
 * The signer in machine code, for boards with a Cortex-M4 alone. Code and table are the files `hexfix.code` and `hexfix.table`.
 * Null where memory is short, or its self-test fails.
 */
export const nativeCrypto = (): LoopCrypto | null => {
  const io = new Uint8Array(arenaBytes)
  const native = (): NativeCrypto =>
    openNativeCrypto(E, storage.read('hexfix.code') as string, storage.read('hexfix.table') as string, io)
  if (!native().selfTest()) return null
  return {
    sha256: (bytes) => given(native().sha256(bytes)),
    keccak256: (bytes) => given(native().keccak256(bytes)),
    signer: (secret) => ({
      publicKey: (done) =>
        eventually(() => {
          const publicKey = native().publicKey(secret)
          const address = native().address(secret)
          return publicKey === null || address === null ? null : { publicKey, address }
        }, done),
      sign: (digest, done) => eventually(() => native().sign(digest, secret), done),
    }),
    verify: (digest, publicKey, signature) => native().verify(digest, publicKey, signature),
    checks: { openSettle, checkLate: null },
  }
}
