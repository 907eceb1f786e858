import type { BeaconBlock, Pair, Region, Sha256 } from '../../device-sdk/protocol/index.ts'
import { beaconNonce, deriveChallenge, equalBytes, regions } from '../../device-sdk/protocol/index.ts'
import type { ReleasedEntropy } from '../store/index.ts'

/** A beacon is good for so long after its entropy was let out, by the time at which its report came. */
const entropyLifeMs = 180_000
/** How far back a nonce is looked for, so that one that is too old is told from one that never was. */
const searchedMs = 3_600_000

/** How a beacon compares with what the gateway derives for it. EIRP in 0.1 dBm. */
export type Regenerated =
  | {
      readonly state: 'live' | 'expired'
      readonly frame: Uint8Array
      readonly region: string
      readonly freqKhz: number
      readonly dr: number
      readonly eirpDdbm: number
      /** From the release of its entropy to the receipt of its report. */
      readonly ageMs: number
    }
  | { readonly state: 'invalid' }

type Beacon = Pair & { readonly kid: string; readonly receivedMs: number; readonly block: BeaconBlock }

/** The plan in which the beacon went where it had to go: a challenge fits in one plan only, since they share no channel. */
const planOf = ({ kid, block }: Beacon, value: Uint8Array, sha256: Sha256) => {
  for (const region of regions) {
    const challenge = deriveChallenge(value, kid, block.nonce, region as Region, sha256)
    if (challenge.freqKhz === block.freqKhz && challenge.dr === block.dr) return { region: region.id, ...challenge }
  }
  return null
}

/**
 * Derives again what a beacon must have been: nonce, bytes, channel, data rate and power come from a released value of the
 * entropy chain, the key and the pair of the report, and from nothing that the device chose.
 * @param released - what the gateway let out in some time up to the receipt, as `store.entropy` keeps it.
 */
export const regenerate = (
  beacon: Beacon,
  released: (afterMs: number, toMs: number) => readonly ReleasedEntropy[],
  sha256: Sha256,
): Regenerated => {
  const { kid, block, receivedMs } = beacon
  for (const { value, releasedMs } of released(receivedMs - searchedMs, receivedMs)) {
    if (!equalBytes(beaconNonce(value, kid, beacon, sha256), block.nonce)) continue
    const plan = planOf(beacon, value, sha256)
    if (plan === null) return { state: 'invalid' }
    const ageMs = receivedMs - releasedMs
    return { state: ageMs <= entropyLifeMs ? 'live' : 'expired', ...plan, ageMs }
  }
  return { state: 'invalid' }
}
