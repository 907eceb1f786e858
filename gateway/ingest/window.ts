import { openBootsMax, seqSpanMax } from '../../device-sdk/protocol/index.ts'

/** Boot -> the highest seq that was seen. */
type Boots = Map<string, number>
/** Counters sort as they count; sessions are random, and stand in the order in which they opened. */
type Open = { readonly counters: Boots; readonly sessions: Boots }

const counterDigits = 8
const kindOf = (open: Open, boot: string): Boots => (boot.length === counterDigits ? open.counters : open.sessions)
const newOpen = (from?: Open): Open => ({ counters: new Map(from?.counters), sessions: new Map(from?.sessions) })
const lowest = (boots: Boots): string => [...boots.keys()].reduce((least, key) => (key < least ? key : least))

const takes = (open: Open | undefined, boot: string, seq: number, fresh: boolean): boolean => {
  const highest = open === undefined ? undefined : kindOf(open, boot).get(boot)
  if (highest !== undefined) return Math.abs(seq - highest) < seqSpanMax
  // A session that was used and is open no more stays closed.
  if (boot.length !== counterDigits) return fresh
  return open === undefined || open.counters.size < openBootsMax || lowest(open.counters) < boot
}

/** Whether a pair may have an occupant: the store holds none past the highest seq of an open boot. */
const mayHold = (open: Open | undefined, boot: string, seq: number): boolean => {
  const highest = open === undefined ? undefined : kindOf(open, boot).get(boot)
  return highest === undefined || seq <= highest
}

const raise = (open: Open, boot: string, seq: number): void => {
  const boots = kindOf(open, boot)
  boots.set(boot, Math.max(boots.get(boot) ?? 0, seq))
  if (boots.size <= openBootsMax) return
  const [oldest] = boots.keys()
  // The lowest counter, or the oldest session, closes when one too many is open.
  boots.delete(boots === open.counters ? lowest(boots) : (oldest as string))
}

/**
 * Which pairs may still come: per device 64 open boots (as many sessions again) and a span of 2^20 in seq around the
 * highest seen. Held in memory, rebuilt from the store at start. `fresh` is a session that may open.
 */
export const replayWindow = (known: readonly { kid: string; boot: string; seqMax: number }[]) => {
  const devices = new Map<string, Open>()
  for (const { kid, boot, seqMax } of known) {
    const open = devices.get(kid) ?? newOpen()
    devices.set(kid, open)
    raise(open, boot, seqMax)
  }

  return {
    contains: (kid: string, boot: string, seq: number, fresh = false): boolean =>
      takes(devices.get(kid), boot, seq, fresh),
    /** Whether the store must be asked for this pair; false spares the question. */
    mayHold: (kid: string, boot: string, seq: number): boolean => mayHold(devices.get(kid), boot, seq),
    /** The window as a batch moves it. Nothing of that holds before `commit`, which follows the commit of the store. */
    batch: () => {
      const moved = new Map<string, Open>()
      return {
        contains: (kid: string, boot: string, seq: number, fresh = false): boolean =>
          takes(moved.get(kid) ?? devices.get(kid), boot, seq, fresh),
        mayHold: (kid: string, boot: string, seq: number): boolean =>
          mayHold(moved.get(kid) ?? devices.get(kid), boot, seq),
        advance: (kid: string, boot: string, seq: number): void => {
          const open = moved.get(kid) ?? newOpen(devices.get(kid))
          moved.set(kid, open)
          raise(open, boot, seq)
        },
        commit: (): void => {
          for (const [kid, open] of moved) devices.set(kid, open)
        },
      }
    },
  }
}

export type ReplayWindow = ReturnType<typeof replayWindow>
export type BatchWindow = ReturnType<ReplayWindow['batch']>
