import type { PinnedTrust } from '../../protocol/index.ts'
import type { DeviceSigner } from '../signer/device-signer.ts'
import type { BoardConfig } from './config.ts'
import type { BoardCrypto } from './crypto.ts'
import type { Key } from './key.ts'

/** Who a board is, and how it counts. */
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
