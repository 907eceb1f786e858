import { openBootsMax, seqSpanMax } from '../../device-sdk/protocol/index.ts'

type Boots = Map<string, number>

const takes = (boots: Boots | undefined, boot: string, seq: number): boolean => {
  if (boots === undefined) return true
  const highest = boots.get(boot)
  if (highest !== undefined) return Math.abs(seq - highest) < seqSpanMax
  return boots.size < openBootsMax || [...boots.keys()].some((key) => key < boot)
}

const raise = (boots: Boots, boot: string, seq: number): void => {
  boots.set(boot, Math.max(boots.get(boot) ?? 0, seq))
  // The lowest boot closes when one too many is open. Keys of counters sort as they count.
  if (boots.size > openBootsMax) boots.delete([...boots.keys()].reduce((least, key) => (key < least ? key : least)))
}

/**
 * Which pairs may still come: per device 64 open boots and a span of 2^20 in seq around the highest seen.
 * Held in memory, rebuilt from the store at start.
 */
export const replayWindow = (known: readonly { kid: string; boot: string; seqMax: number }[]) => {
  const devices = new Map<string, Boots>()
  for (const { kid, boot, seqMax } of known) {
    const boots = devices.get(kid) ?? new Map<string, number>()
    devices.set(kid, boots)
    raise(boots, boot, seqMax)
  }

  return {
    contains: (kid: string, boot: string, seq: number): boolean => takes(devices.get(kid), boot, seq),
    /** The window as a batch moves it. Nothing of that holds before `commit`, which follows the commit of the store. */
    batch: () => {
      const moved = new Map<string, Boots>()
      return {
        contains: (kid: string, boot: string, seq: number): boolean =>
          takes(moved.get(kid) ?? devices.get(kid), boot, seq),
        advance: (kid: string, boot: string, seq: number): void => {
          const boots = moved.get(kid) ?? new Map(devices.get(kid))
          moved.set(kid, boots)
          raise(boots, boot, seq)
        },
        commit: (): void => {
          for (const [kid, boots] of moved) devices.set(kid, boots)
        },
      }
    },
  }
}

export type ReplayWindow = ReturnType<typeof replayWindow>
export type BatchWindow = ReturnType<ReplayWindow['batch']>
