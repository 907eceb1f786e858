import type { Station } from './propagation.ts'

export type Member = {
  readonly session: string
  readonly joinedMs: number
  station: Station
  seenMs: number
  sent: { readonly n: number; readonly atMs: number } | null
}

const radiosMax = 10_000
/** A radio that kept silent for so long is gone: it joins again every few seconds as long as it runs. */
const silenceMsMax = 15_000

/** Who is in the air, by UDP port. Times are of the monotonic clock. */
export const openMembers = () => {
  const members = new Map<number, Member>()
  const prune = (nowMs: number): void => {
    for (const [port, member] of members) if (nowMs - member.seenMs > silenceMsMax) members.delete(port)
  }
  return {
    prune,
    all: members,
    /** @returns false where the air is full. */
    join: (port: number, session: string, station: Station, nowMs: number): boolean => {
      const known = members.get(port)
      if (known?.session === session) {
        known.station = station
        known.seenMs = nowMs
        return true
      }
      if (members.size >= radiosMax) prune(nowMs)
      if (known === undefined && members.size >= radiosMax) return false
      members.set(port, { session, station, joinedMs: nowMs, seenMs: nowMs, sent: null })
      return true
    },
    of: (port: number, session: string): Member | null => {
      const member = members.get(port)
      return member?.session === session ? member : null
    },
  }
}
