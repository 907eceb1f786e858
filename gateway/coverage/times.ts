/** Moments by kid, to be asked for the last one until another. */
export type Times = {
  add(kid: string, ms: number): void
  /** The last at `ms` or before; null where there is none. */
  lastUntil(kid: string, ms: number): number | null
}

/** Eight bytes for each moment: kept for a whole file. Sorted when it is asked for the first time after an addition. */
export const openTimes = (): Times => {
  const byKid = new Map<string, { list: Float64Array; used: number; sorted: boolean }>()
  return {
    add: (kid, ms) => {
      let own = byKid.get(kid)
      if (own === undefined) {
        own = { list: new Float64Array(8), used: 0, sorted: true }
        byKid.set(kid, own)
      }
      if (own.used === own.list.length) {
        const longer = new Float64Array(2 * own.used)
        longer.set(own.list)
        own.list = longer
      }
      if (own.used > 0 && ms < (own.list[own.used - 1] ?? 0)) own.sorted = false
      own.list[own.used++] = ms
    },
    lastUntil: (kid, ms) => {
      const own = byKid.get(kid)
      if (own === undefined) return null
      if (!own.sorted) {
        own.list.subarray(0, own.used).sort()
        own.sorted = true
      }
      let [from, to] = [0, own.used]
      while (from < to) {
        const middle = (from + to) >> 1
        if ((own.list[middle] ?? 0) <= ms) from = middle + 1
        else to = middle
      }
      return from === 0 ? null : (own.list[from - 1] ?? null)
    },
  }
}
