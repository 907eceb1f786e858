import { deviceSigner } from '../signer/device-signer.ts'
import { keccak256 } from '../signer/keccak.ts'
import { sha256 } from '../signer/sha256.ts'
import { run } from '../signer/turns.ts'
import { verify } from '../signer/verify.ts'
import type { LateVerifier } from './check-late.ts'
import { checkLate } from './check-late.ts'
import { firmwareSha256, storage } from './firmware.ts'
import type { LoopCrypto } from './loop.ts'

/** The signer in plain JavaScript, for every board. Its table is the file `hexfix.tab`, the bytes of `combTable`. */
export const javascriptCrypto = (): LoopCrypto => {
  const native = firmwareSha256()
  const hash = native === undefined ? sha256 : (bytes: Uint8Array) => new Uint8Array(native(bytes))
  const table = new Uint24Array(E.toArrayBuffer(storage.read('hexfix.tab') as string))
  const later: LateVerifier = {
    busy: false,
    notBeforeMs: Number.NEGATIVE_INFINITY,
    restMs: 0,
    verify: (digest, publicKey, signature, done) => run(verify(digest, publicKey, signature, table, done)),
  }
  return {
    sha256: hash,
    keccak256,
    signer: (secret) => deviceSigner(secret, table, hash),
    verify: null,
    checks: {
      openSettle: null,
      checkLate: (loop, mtype, message, act) => checkLate(loop, mtype, message, act, later),
    },
  }
}
