import type { Board } from './board.ts'
import { useKey } from './board.ts'
import type { BoardConfig } from './config.ts'
import type { BoardCrypto } from './crypto.ts'
import { toBytes } from './firmware.ts'
import { readKey } from './key.ts'
import { bootRecord, numberIn, trustRecord } from './records.ts'
import { slot } from './slot.ts'
import { trustOf } from './trust.ts'

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
  const trust = slot(trustRecord).read()
  if (trust !== null) board.trust = trustOf(toBytes(trust))
  if (key === null) return board
  const boots = slot(bootRecord)
  const last = numberIn(boots)
  if (key === 'unreadable') board.fault = 'the key cannot be read'
  else if (last < 0) board.fault = 'the boot counter cannot be read'
  else if (!boots.write(`${last + 1}`)) board.fault = 'the boot counter cannot be written'
  else {
    board.boot = last + 1
    useKey(board, key)
  }
  return board
}
