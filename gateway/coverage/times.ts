/** Moments by kid, to be asked for the last one until another. */
export type Times = {
  add(kid: string, ms: number): void
  /** The last at `ms` or before; null where there is none. */
  lastUntil(kid: string, ms: number): number | null
}

/** Eight bytes for each moment: kept for a whole file. Sorted when it is asked for the first time after an addition. */
export const openTimes = (): Times => {
  const byKid = new Map<string, { list: number[]; isSorted: boolean }>()
  return {
    add: (kid, ms) => {
      const own = byKid.get(kid)
      if (own === undefined) {
        byKid.set(kid, { list: [ms], isSorted: true })
        return
      }
      if (ms < (own.list[own.list.length - 1] ?? 0)) own.isSorted = false
      own.list.push(ms)
    },
    lastUntil: (kid, ms) => {
      const own = byKid.get(kid)
      if (own === undefined) return null
      const { list } = own
      if (!own.isSorted) list.sort((a, b) => a - b)
      own.isSorted = true
      let [from, to] = [0, list.length]
      while (from < to) {
        const middle = (from + to) >> 1
        if ((list[middle] ?? 0) <= ms) from = middle + 1
        else to = middle
      }
      return list[from - 1] ?? null
    },
  }
}
