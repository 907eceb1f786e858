import { concatBytes } from '../../protocol/bytes.ts'
import type { PinnedTrust } from '../../protocol/index.ts'
import { toBeSigned } from '../../protocol/sign1.ts'
import type { DeviceSigner } from '../signer/device-signer.ts'
import type { BoardConfig } from './config.ts'
import type { BoardCrypto } from './crypto.ts'
import { toBytes } from './firmware.ts'
import type { Key } from './key.ts'
import { readKey } from './key.ts'
import { bootSlot, readNumber } from './slot.ts'
import { trustOf, trustSlot } from './trust.ts'

/** What the parts of the loop share. */
export type Board = {
  readonly config: BoardConfig
  readonly crypto: BoardCrypto
  key: Key | null
  signer: DeviceSigner | null
  trust: PinnedTrust | null
  /** Why nothing is signed although there is a key; null where there is no fault. */
  fault: string | null
  boot: number
  seq: number
  /** Reports that were lost since this start: the outbox was full, or the signer behind. */
  dropped: number
  /** The boot before this one and its last seq; null where that is not known. */
  previous: readonly [boot: number, lastSeq: number] | null
}

export const useKey = (board: Board, key: Key): void => {
  board.key = key
  board.signer = board.crypto.signer(key.secret)
}

/**
 * Reads what the board has, and takes the next boot, durable before it is used. With a key, a counter that cannot be read is a fault: a
 * pair that is signed twice would be taken for a copied key.
 */
export const openBoard = (config: BoardConfig, crypto: BoardCrypto): Board => {
  const board: Board = {
    config,
    crypto,
    key: null,
    signer: null,
    trust: null,
    fault: null,
    boot: 0,
    seq: 0,
    dropped: 0,
    previous: null,
  }
  const key = readKey(crypto.sha256)
  const trust = trustSlot.read()
  if (trust !== null) board.trust = trustOf(toBytes(trust))
  if (key === null) return board
  const last = readNumber(bootSlot)
  if (key === 'unreadable') board.fault = 'the key cannot be read'
  else if (last < 0) board.fault = 'the boot counter cannot be read'
  else if (!bootSlot.write(`${last + 1}`)) board.fault = 'the boot counter cannot be written'
  else {
    board.boot = last + 1
    useKey(board, key)
  }
  return board
}

/** Signs what the board built itself, between two turns of its loop. `done` gets the compact message. */
export const signMessage = (
  board: Board,
  mtype: number,
  net: number,
  payload: Uint8Array,
  done: (compact: Uint8Array) => void,
): void => {
  const key = board.key as Key
  const digest = board.crypto.sha256(toBeSigned({ mtype, net, kid: key.kid }, payload))
  const signer = board.signer as DeviceSigner
  signer.sign(digest, (signature) => done(concatBytes([payload, signature.subarray(0, 64)])))
}
