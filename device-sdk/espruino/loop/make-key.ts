import { refusals } from '../../protocol/board-link/frame-types.ts'
import { fromHex } from '../../protocol/bytes.ts'
import type { RandomSource } from './config.ts'
import type { BoardCrypto } from './crypto.ts'
import { storage, toText } from './firmware.ts'
import type { Key } from './key.ts'
import { crcAt, crcOf, keyFile, keyOf } from './key.ts'
import { random32 } from './random.ts'

/** The order of the group, SEC 2 section 2.4.1. */
const orderHex = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141'

const isSecret = (candidate: Uint8Array): boolean => {
  const order = fromHex(orderHex) as Uint8Array
  let sum = 0
  for (const byte of candidate) sum += byte
  for (let i = 0; i < 32; i++) {
    if (candidate[i] !== order[i]) return sum > 0 && (candidate[i] as number) < (order[i] as number)
  }
  return false
}

const writeOnce = (name: string, data: string): boolean => {
  try {
    storage.write(name, data)
  } catch (_full) {
    return false
  }
  return storage.read(name) === data
}

/**
 * Makes the board's key, once, out of hardware randomness; a candidate that is no secret is thrown away. `done` gets a refusal where there
 * is no such randomness, and where the flash did not take the key.
 */
export const makeKey = (source: RandomSource, crypto: BoardCrypto, done: (key: Key | number) => void): void => {
  const candidate = random32(source, crypto.sha256)
  if (candidate === null) {
    done(refusals.noRandom)
    return
  }
  if (!isSecret(candidate)) {
    makeKey(source, crypto, done)
    return
  }
  crypto.signer(candidate).publicKey((half) => {
    const file = new Uint8Array(crcAt + 4)
    file.set(candidate)
    file.set(half.publicKey, 32)
    file.set(half.address, 65)
    new DataView(file.buffer).setUint32(crcAt, crcOf(file))
    // Between the check and here a minute may lie.
    if (storage.read(keyFile) !== undefined) done(refusals.keyExists)
    else done(writeOnce(keyFile, toText(file)) ? keyOf(file, crypto.sha256) : refusals.failed)
  })
}
