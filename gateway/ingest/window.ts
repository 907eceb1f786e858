import { openBootsMax, seqSpanMax } from '../../device-sdk/protocol/index.ts'

/**
 * Which pairs may still come: per device 64 open boots and a span of 2^20 in seq around the highest seen.
 * Held in memory, rebuilt from the store at start, advanced only after a commit.
 */
export type ReplayWindow = ReturnType<typeof replayWindow>

export const replayWindow = (known: readonly { kid: string; boot: string; seqMax: number }[]) => {
  const devices = new Map<string, Map<string, number>>()

  const advance = (kid: string, boot: string, seq: number): void => {
    const boots = devices.get(kid) ?? new Map<string, number>()
    devices.set(kid, boots)
    boots.set(boot, Math.max(boots.get(boot) ?? 0, seq))
    // The lowest boot closes when one too many is open. Keys of counters sort as they count.
    if (boots.size > openBootsMax) boots.delete([...boots.keys()].reduce((least, key) => (key < least ? key : least)))
  }

  for (const { kid, boot, seqMax } of known) advance(kid, boot, seqMax)

  return {
    advance,
    contains: (kid: string, boot: string, seq: number): boolean => {
      const boots = devices.get(kid)
      if (boots === undefined) return true
      const highest = boots.get(boot)
      if (highest !== undefined) return Math.abs(seq - highest) < seqSpanMax
      return boots.size < openBootsMax || [...boots.keys()].some((key) => key < boot)
    },
  }
}
