import type { BeaconEvidence } from './evidence.ts'
import { compareReceipt } from './evidence.ts'
import { intervalOf } from './rules/irregular-interval.ts'
import { isLocated } from './rules/not-located.ts'
import type { Ruleset } from './ruleset.ts'
import type { Scene } from './scene.ts'

type Sent = Pick<BeaconEvidence, 'receivedMs' | 'logIndex' | 'item' | 'kid'>

/** Which beacons came in one interval. Those of unknown or unlocated senders do not count, all others do, valid or not. */
export type Intervals = {
  /** @param beacon - the first of its id. */
  add(beacon: Sent): void
  /** How many of the same hotspot came earlier in the same interval. */
  before(beacon: Sent): number
}

export const openIntervals = (scene: Scene, ruleset: Ruleset): Intervals => {
  type Span = { sent: Sent[]; isSorted: boolean }
  const byKid = new Map<string, Map<number, Span>>()
  const spanOf = ({ kid, receivedMs }: Sent): Span | null => {
    const interval = intervalOf(receivedMs, ruleset)
    if (interval === null) return null
    let own = byKid.get(kid)
    if (own === undefined) {
      own = new Map()
      byKid.set(kid, own)
    }
    let span = own.get(interval)
    if (span === undefined) {
      span = { sent: [], isSorted: true }
      own.set(interval, span)
    }
    return span
  }
  return {
    add: (beacon) => {
      const hotspot = scene.hotspot(beacon.kid, beacon.receivedMs)
      if (hotspot === null || !isLocated(hotspot, ruleset)) return
      const span = spanOf(beacon)
      if (span === null) return
      span.isSorted = span.sent.length === 0
      span.sent.push(beacon)
    },
    before: (beacon) => {
      const span = spanOf(beacon)
      if (span === null) return 0
      if (!span.isSorted) span.sent.sort(compareReceipt)
      span.isSorted = true
      let [from, to] = [0, span.sent.length]
      while (from < to) {
        const middle = (from + to) >> 1
        if (compareReceipt(span.sent[middle] as Sent, beacon) < 0) from = middle + 1
        else to = middle
      }
      return from
    },
  }
}
