import type { SubmissionLine } from './line.ts'

type Sent = { readonly kid: string; readonly receivedMs: number; readonly logIndex: number; readonly item: number }

/** Of each beacon id the one that came first: the only one that is judged, and that takes up its interval. */
export const openFirstBeacons = () => {
  const firsts = new Map<string, Sent>()
  return {
    add: ({ beacon, hotspot, receivedMs }: SubmissionLine, number: number): void => {
      const first = firsts.get(beacon)
      if (first !== undefined && first.receivedMs <= receivedMs) return
      firsts.set(beacon, { kid: hotspot, receivedMs, logIndex: number, item: 0 })
    },
    all: (): Iterable<Sent> => firsts.values(),
  }
}
