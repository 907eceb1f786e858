import type { BeaconEvidence } from './evidence.ts'
import { compareReceipt } from './evidence.ts'
import { intervalOf } from './rules/irregular-interval.ts'
import { isLocated } from './rules/not-located.ts'
import type { Ruleset } from './ruleset.ts'
import type { Scene } from './scene.ts'

type Moment = Pick<BeaconEvidence, 'receivedMs' | 'logIndex' | 'item'>
type Sent = Moment & Pick<BeaconEvidence, 'kid'>

/** Which beacons came in one interval. Those of unknown or unlocated senders do not count, all others do, valid or not. */
export type Intervals = {
  /** @param beacon - the first of its id. */
  add(beacon: Sent): void
  /** How many of the same hotspot came earlier in the same interval. */
  before(beacon: Sent): number
}

export const openIntervals = (scene: Scene, ruleset: Ruleset): Intervals => {
  const sent = new Map<string, Moment[]>()
  const listOf = ({ kid, receivedMs }: Sent): Moment[] | null => {
    const interval = intervalOf(receivedMs, ruleset)
    if (interval === null) return null
    const key = `${kid} ${interval}`
    const list = sent.get(key) ?? []
    if (list.length === 0) sent.set(key, list)
    return list
  }
  return {
    add: (beacon) => {
      const hotspot = scene.hotspot(beacon.kid, beacon.receivedMs)
      if (hotspot === null || !isLocated(hotspot, ruleset)) return
      const { receivedMs, logIndex, item } = beacon
      listOf(beacon)?.push({ receivedMs, logIndex, item })
    },
    before: (beacon) => listOf(beacon)?.filter((one) => compareReceipt(one, beacon) < 0).length ?? 0,
  }
}
