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
  type Span = { moments: Moment[]; isSorted: boolean }
  const sent = new Map<string, Map<number, Span>>()
  const spanOf = ({ kid, receivedMs }: Sent): Span | null => {
    const interval = intervalOf(receivedMs, ruleset)
    if (interval === null) return null
    let own = sent.get(kid)
    if (own === undefined) {
      own = new Map()
      sent.set(kid, own)
    }
    let span = own.get(interval)
    if (span === undefined) {
      span = { moments: [], isSorted: true }
      own.set(interval, span)
    }
    return span
  }
  return {
    add: (beacon) => {
      const hotspot = scene.hotspot(beacon.kid, beacon.receivedMs)
      if (hotspot === null || !isLocated(hotspot, ruleset)) return
      const { receivedMs, logIndex, item } = beacon
      const span = spanOf(beacon)
      if (span === null) return
      span.moments.push({ receivedMs, logIndex, item })
      span.isSorted = false
    },
    before: (beacon) => {
      const span = spanOf(beacon)
      if (span === null) return 0
      if (!span.isSorted) span.moments.sort(compareReceipt)
      span.isSorted = true
      let [from, to] = [0, span.moments.length]
      while (from < to) {
        const middle = (from + to) >> 1
        if (compareReceipt(span.moments[middle] as Moment, beacon) < 0) from = middle + 1
        else to = middle
      }
      return from
    },
  }
}
