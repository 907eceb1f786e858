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
  let testedAt = ''
  /** Null where the self-test fails: a file that Storage moved is tested before it is used, for a wrong table gives the key away. */
  const native = (): NativeCrypto | null => {
    const code = storage.read('hexfix.code') as string
    const table = storage.read('hexfix.table') as string
    const opened = openNativeCrypto(E, code, table, io)
    const at = `${E.getAddressOf(code, true)} ${E.getAddressOf(table, true)}`
    if (at !== testedAt && !opened.selfTest()) return null
    testedAt = at
    return opened
  }
  const of = <T>(use: (opened: NativeCrypto) => T | null): T | null => {
    const opened = native()
    return opened === null ? null : use(opened)
  }
  if (native() === null) return null
  return {
    sha256: (bytes) => given(of((opened) => opened.sha256(bytes))),
    keccak256: (bytes) => given(of((opened) => opened.keccak256(bytes))),
    signer: (secret) => ({
      publicKey: (done) =>
        eventually(() => {
          const publicKey = of((opened) => opened.publicKey(secret))
          const address = of((opened) => opened.address(secret))
          return publicKey === null || address === null ? null : { publicKey, address }
        }, done),
      sign: (digest, done) => eventually(() => of((opened) => opened.sign(digest, secret)), done),
    }),
    verify: (digest, publicKey, signature) => of((opened) => opened.verify(digest, publicKey, signature)) === true,
    checks: { openSettle, checkLate: null },
  }
}
