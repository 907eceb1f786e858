import type { Store } from '../store/index.ts'

const dayMs = 86_400_000

/** How many bytes each device may still store today (UTC). Remembered in memory, rebuilt from the store's counts. */
export const dailyQuota = (store: Store, bytesPerDayMax: number) => {
  const spent = new Map<string, { day: number; bytes: number }>()
  const today = (kid: string, receivedMs: number): { day: number; bytes: number } => {
    const day = Math.floor(receivedMs / dayMs)
    const known = spent.get(kid)
    if (known !== undefined && known.day === day) return known
    const read = { day, bytes: store.log.bytesOn(kid, day) }
    spent.set(kid, read)
    return read
  }
  return {
    allows: (kid: string, bytes: number, receivedMs: number): boolean =>
      today(kid, receivedMs).bytes + bytes <= bytesPerDayMax,
    spend: (kid: string, bytes: number, receivedMs: number): void => {
      today(kid, receivedMs).bytes += bytes
    },
    /** After a batch that was not written: what it would have spent is not spent. */
    forget: (): void => spent.clear(),
  }
}

export type DailyQuota = ReturnType<typeof dailyQuota>
