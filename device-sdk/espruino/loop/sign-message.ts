import { concatBytes } from '../../protocol/bytes.ts'
import { toBeSigned } from '../../protocol/sign1.ts'
import type { Board } from './board.ts'

/** Signs what the board built itself, between two turns of its loop. `done` gets the compact message. */
export const signMessage = (
  board: Board,
  mtype: number,
  net: number,
  payload: Uint8Array,
  done: (compact: Uint8Array) => void,
): void => {
  const key = board.key
  const signer = board.signer
  if (key === null || signer === null) return
  const digest = board.crypto.sha256(toBeSigned({ mtype, net, kid: key.kid }, payload))
  signer.sign(digest, (signature) => done(concatBytes([payload, signature.subarray(0, 64)])))
}
