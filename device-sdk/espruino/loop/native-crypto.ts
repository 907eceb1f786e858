import type { NativeCrypto } from '../native/native-crypto.ts'
import { loadNativeCrypto } from '../native/native-crypto.ts'
import type { DeviceSigner } from '../signer/device-signer.ts'
import type { BoardCrypto } from './crypto.ts'
import { storage } from './firmware.ts'
import { openObey } from './obey.ts'

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

const signerOver = (native: NativeCrypto, secret: Uint8Array): DeviceSigner => ({
  publicKey: (done) =>
    eventually(() => {
      const publicKey = native.publicKey(secret)
      const address = native.address(secret)
      return publicKey === null || address === null ? null : { publicKey, address }
    }, done),
  sign: (digest, done) => eventually(() => native.sign(digest, secret), done),
})

/**
 * The signer in machine code, for boards with a Cortex-M4 alone. Code and table are the files `hexfix.code` and `hexfix.table`.
 * Null where memory is short, or its self-test fails.
 */
export const nativeCrypto = (): BoardCrypto | null => {
  const native = loadNativeCrypto(E, storage.read('hexfix.code') as string, storage.read('hexfix.table') as string)
  if (native === null) return null
  const hash =
    (of: (bytes: Uint8Array) => Uint8Array | null) =>
    (bytes: Uint8Array): Uint8Array => {
      const digest = of(bytes)
      if (digest === null) throw new Error('no memory in one piece')
      return digest
    }
  return {
    sha256: hash(native.sha256),
    keccak256: hash(native.keccak256),
    signer: (secret) => signerOver(native, secret),
    verify: native.verify,
    openObey,
  }
}
