import { readFileSync } from 'node:fs'
import { writeDurably } from '../link/index.ts'
import type { Entropy, PinnedTrust, Result } from '../protocol/index.ts'
import {
  equalBytes,
  fail,
  fromHex,
  kidOf,
  mtypes,
  readEntropy,
  readSign1,
  toHex,
  verifySign1,
} from '../protocol/index.ts'
import { nobleVerify, sha256 } from '../signer/index.ts'

export type EntropyOptions = {
  /** Holds the last value that was checked, so that a restart does not walk the chain from the tip again. */
  readonly path: string
  readonly net: number
  trust(): PinnedTrust
}

/** What a gateway published last, once it is checked. */
export type EntropyFollower = {
  /** The value to beacon with; null where none is known, or the last one came over `ageMsMax` ago. */
  live(): Uint8Array | null
  /**
   * Checks a message of the entropy topic: a pinned gateway signed it, and hashing leads from it to what is known, at first
   * to the pinned tip. Errors: those of `readSign1`, sign1/wrong-kid, entropy/not-pinned, entropy/off-chain.
   */
  take(message: Uint8Array): Promise<Result<Entropy>>
}

/** The gateway takes beacons for 180 s after it let a value out; some of it goes by on the air and in the queue. */
const ageMsMax = 120_000
const indexMax = 2 ** 20
const sliceHashes = 2_048

const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** What is kept counts under its own tip alone. A file that cannot be read costs a walk, and nothing else. */
const readKept = (path: string, tip: Uint8Array): Entropy => {
  try {
    const [, keptTip, index, value] =
      /^([0-9a-f]{64}) ([0-9]{1,7}) ([0-9a-f]{64})\n$/.exec(readFileSync(path, 'utf8')) ?? []
    const bytes = value === undefined ? null : fromHex(value)
    if (keptTip === toHex(tip) && bytes !== null) return { index: Number(index), value: bytes }
  } catch {
    // Absent at the first start.
  }
  return { index: 0, value: tip }
}

const leadsTo = async (from: Entropy, to: Entropy): Promise<boolean> => {
  let value = from.value
  for (let index = from.index; index > to.index; index--) {
    value = sha256(value)
    if (index % sliceHashes === 0) await pause()
  }
  return equalBytes(value, to.value)
}

const signedByPinned = (message: Uint8Array, { net, trust }: EntropyOptions): Result<Uint8Array> => {
  const frame = readSign1(message)
  if (!frame.ok) return frame
  for (const { key } of trust().gateways) {
    const kid = kidOf(key, sha256)
    if (frame.value.kid === null || !equalBytes(frame.value.kid, kid)) continue
    return verifySign1(frame.value, { mtype: mtypes.entropy, net, kid }, key, sha256, nobleVerify)
  }
  return fail('sign1/wrong-kid', 'no pinned gateway signed it')
}

export const followEntropy = (options: EntropyOptions): EntropyFollower => {
  let known: Entropy | null = null
  let knownTip: Uint8Array | null = null
  let cameMs = Number.NEGATIVE_INFINITY
  let busy = false

  return {
    live: () => (known !== null && performance.now() - cameMs <= ageMsMax ? known.value : null),
    take: async (message) => {
      const tip = options.trust().entropyTip
      if (tip === null) return fail('entropy/not-pinned')
      if (busy) return fail('entropy/off-chain', 'another value is being checked')
      const payload = signedByPinned(message, options)
      const read = payload.ok ? readEntropy(payload.value) : payload
      if (!read.ok) return read
      const base = known !== null && knownTip === tip ? known : readKept(options.path, tip)
      const { index } = read.value
      if (index > indexMax || index < base.index) return fail('entropy/off-chain', `${index} after ${base.index}`)
      busy = true
      const sound = await leadsTo(read.value, base)
      busy = false
      if (!sound) return fail('entropy/off-chain', `value ${index}`)
      // An old value that is sent again gets no new life.
      if (known === null || index > known.index || knownTip !== tip) cameMs = performance.now()
      known = read.value
      knownTip = tip
      try {
        writeDurably(options.path, `${toHex(tip)} ${index} ${toHex(known.value)}\n`)
      } catch {
        // Only a shorter walk at the next start is lost.
      }
      return read
    },
  }
}
