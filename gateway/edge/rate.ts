const minuteMs = 60_000
const keysMax = 10_000

/** Counts per key within a minute. Bounded: past `keysMax` keys the one that came first is forgotten. */
export const openRate = (perMinuteMax: number, now: () => number) => {
  const counts = new Map<string, { minute: number; count: number }>()
  const countOf = (key: string): number => {
    const known = counts.get(key)
    return known !== undefined && known.minute === Math.floor(now() / minuteMs) ? known.count : 0
  }
  return {
    isFull: (key: string): boolean => countOf(key) >= perMinuteMax,
    add: (key: string): void => {
      const count = countOf(key) + 1
      counts.delete(key)
      counts.set(key, { minute: Math.floor(now() / minuteMs), count })
      const [first] = counts.keys()
      if (counts.size > keysMax && first !== undefined) counts.delete(first)
    },
  }
}
