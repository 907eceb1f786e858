import { equalBytes } from '../../protocol/bytes.ts'
import { readCommand } from '../../protocol/command.ts'
import { kidOf } from '../../protocol/device-id.ts'
import type { PinnedTrust, ReceiptEntry, Sha256, Sign1, TrustedGateway } from '../../protocol/index.ts'
import { readReceipt } from '../../protocol/receipt.ts'
import { mtypes, readSign1, toBeSigned } from '../../protocol/sign1.ts'
import { readUpdate } from '../../protocol/update.ts'
import { acceptsProof } from './accepts.ts'
import { nowMs } from './firmware.ts'
import type { Loop } from './loop.ts'
import { lastRecord, numberIn } from './records.ts'
import { slot } from './slot.ts'

/** What checks, and how it stands with that. */
export type LateVerifier = {
  /** A check is under way. */
  busy: boolean
  /** None begins before, by `nowMs`. */
  notBeforeMs: number
  /** The last rest. */
  restMs: number
  /** Between two turns of the board, in a minute. */
  verify(digest: Uint8Array, publicKey: Uint8Array, signature: Uint8Array, done: (held: boolean) => void): void
}

/** After a signature that does not hold, and after twice as long each time, up to the maximum; one that holds ends that. */
const restMsMin = 120_000
const restMsMax = 14_400_000

/** What must be proven, and is rare: commands and updates under a new number, and the receipt that new firmware waits for. */
const isDue = (loop: Loop, mtype: number, payload: Uint8Array): boolean => {
  if (mtype === mtypes.receipt) {
    const receipt = readReceipt(payload)
    const update = loop.update
    return update?.awaits() === true && receipt.ok && acceptsProof(loop, receipt.value as ReceiptEntry[])
  }
  if (mtype !== mtypes.command && mtype !== mtypes.update) return false
  const read = mtype === mtypes.command ? readCommand(payload) : readUpdate(payload)
  return read.ok && (read.value as { readonly n: number }).n > numberIn(slot(lastRecord))
}

const gatewayOf = (trust: PinnedTrust, kid: Uint8Array, sha256: Sha256): TrustedGateway | null => {
  for (const gateway of trust.gateways) if (equalBytes(kid, kidOf(gateway.key, sha256))) return gateway
  return null
}

/**
 * Checks a signature where that keeps the signer busy for a minute. A host may be hostile: so only what is due, in the name
 * of a pinned gateway, one at a time and nothing else meanwhile, and after each that does not hold the board rests longer.
 * @returns false for what is not due: that is advice at the most. What is due and cannot be checked now is dropped; its sender sends again.
 */
export const checkLate = (
  loop: Loop,
  mtype: number,
  message: Uint8Array,
  act: (payload: Uint8Array) => void,
  late: LateVerifier,
): boolean => {
  const board = loop.board
  const read = readSign1(message)
  if (!read.ok || board.key === null || board.trust === null) return false
  const frame = read.value as Sign1
  const payload = frame.payload
  if (!isDue(loop, mtype, payload)) return false
  if (frame.kid === null || late.busy || nowMs() < late.notBeforeMs) return true
  const gateway = gatewayOf(board.trust, frame.kid, board.crypto.sha256)
  if (gateway === null) return true
  const binding = { mtype, net: board.trust.net, kid: frame.kid, to: board.key.kid }
  late.busy = true
  late.verify(board.crypto.sha256(toBeSigned(binding, payload)), gateway.key, frame.signature, (held) => {
    late.busy = false
    late.restMs = held ? 0 : Math.min(restMsMax, Math.max(restMsMin, 2 * late.restMs))
    late.notBeforeMs = nowMs() + late.restMs
    if (held) act(payload)
  })
  return true
}
