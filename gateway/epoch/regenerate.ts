import type { BeaconBlock, Pair, Sha256 } from '../../device-sdk/protocol/index.ts'
import { beaconNonce, deriveChallenge, equalBytes, regions, toHex } from '../../device-sdk/protocol/index.ts'
import type { ReleasedEntropy } from '../store/index.ts'

/** How far back a nonce is looked for, so that one that is too old is told from one that never was. */
const searchedMs = 3_600_000
const idBytes = 8

/** A beacon's report as it came. */
export type ReportedBeacon = Pair & { readonly kid: string; readonly receivedMs: number; readonly block: BeaconBlock }

/** How a beacon compares with what the gateway derives for it. */
export type Regenerated = {
  /** SHA-256(bytes on the air)[0..8) in hex. */
  readonly beaconId: string
  /** Whether nonce, channel, data rate and power are the derived ones; the bytes cannot be others. */
  readonly asDerived: boolean
  /** When the entropy was let out, in ms since 1970. */
  readonly entropyMs?: number
  readonly region?: string
}

/** What the gateway let out in some time, the newest first. */
export type ReleasedBetween = (afterMs: number, toMs: number) => readonly ReleasedEntropy[]

const idOf = (bytes: Uint8Array, sha256: Sha256): string => toHex(sha256(bytes).subarray(0, idBytes))

/**
 * Derives again what a beacon must have been: nonce, bytes, channel, data rate and power come from a released value of the
 * entropy chain, the key and the pair of the report, and from nothing that the device chose. Its plan is the one in which
 * channel and data rate fit: plans share no channel.
 * @param gainDdbi - of the beaconer's antenna: what it fed to it stays within the derived EIRP less that.
 */
export const regenerate = (
  beacon: ReportedBeacon,
  gainDdbi: number,
  released: ReleasedBetween,
  sha256: Sha256,
): Regenerated => {
  const { kid, block, receivedMs } = beacon
  for (const { value, releasedMs } of released(receivedMs - searchedMs, receivedMs)) {
    if (!equalBytes(beaconNonce(value, kid, beacon, sha256), block.nonce)) continue
    for (const region of regions) {
      const challenge = deriveChallenge(value, kid, block.nonce, region, sha256)
      if (challenge.freqKhz !== block.freqKhz || challenge.dr !== block.dr) continue
      const asDerived = block.txDdbm <= challenge.eirpDdbm - gainDdbi
      return { beaconId: idOf(challenge.frame, sha256), asDerived, entropyMs: releasedMs, region: region.id }
    }
  }
  // No bytes can be told: an id that nobody can have heard.
  return { beaconId: idOf(block.nonce, sha256), asDerived: false }
}
