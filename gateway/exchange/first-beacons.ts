import type { SubmissionLine } from './line.ts'

export type Sent = {
  readonly kid: string
  readonly receivedMs: number
  readonly logIndex: number
  readonly item: number
  /** What multiplies the units of whoever sent and heard it. */
  scale: number
}

/** Of each beacon id the one that came first: the only one that is judged, and that takes up its interval. */
export const openFirstBeacons = () => {
  const firsts = new Map<string, Sent>()
  return {
    add: ({ beacon, hotspot, receivedMs }: SubmissionLine, number: number): void => {
      const first = firsts.get(beacon)
      if (first !== undefined && first.receivedMs <= receivedMs) return
      firsts.set(beacon, { kid: hotspot, receivedMs, logIndex: number, item: 0, scale: 1 })
    },
    all: (): Iterable<Sent> => firsts.values(),
    scaleOf: (beacon: string): number => firsts.get(beacon)?.scale ?? 1,
  }
}
