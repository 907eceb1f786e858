import { equalBytes } from '../../protocol/bytes.ts'
import { kidOf } from '../../protocol/device-id.ts'
import type { Sign1, VerifyDigest } from '../../protocol/index.ts'
import { readSign1, verifySign1 } from '../../protocol/sign1.ts'
import type { Board } from './board.ts'
import type { Key } from './key.ts'

/** What came down: its payload, and whether a pinned gateway is shown to have signed it for this board. Null for what is none. */
export type Down = { readonly payload: Uint8Array; readonly proven: boolean }

/** Without a verifier everything is unproven; with one, what does not hold is nothing. */
export const readDown = (board: Board, mtype: number, message: Uint8Array): Down | null => {
  const read = readSign1(message)
  if (!read.ok || board.key === null || board.trust === null) return null
  const frame = read.value as Sign1
  const verify: VerifyDigest | null = board.crypto.verify
  if (verify === null) return { payload: frame.payload, proven: false }
  const sha256 = board.crypto.sha256
  for (const gateway of board.trust.gateways) {
    const kid = kidOf(gateway.key, sha256)
    if (frame.kid !== null && !equalBytes(frame.kid, kid)) continue
    const binding = { mtype, net: board.trust.net, kid, to: (board.key as Key).kid }
    const held = verifySign1(frame, binding, gateway.key, sha256, verify)
    if (held.ok) return { payload: frame.payload, proven: true }
  }
  return null
}
