import type { Hotspot } from './evidence.ts'

/** What the rules look up besides the evidence. Everything enters here, so that a log replays. */
export type Scene = {
  /** What the registry said of a key at a time in ms since 1970; null where it did not know the key. */
  hotspot(kid: string, atMs: number): Hotspot | null
  readonly denied?: ReadonlySet<string>
  /** Pairs whose evidence about each other does not count, as `edgeOf` names them. */
  readonly deniedEdges?: ReadonlySet<string>
  /** From when on all evidence is at hand. What would have to be older counts as satisfied. */
  readonly recordsFromMs?: number
}

/** One name for both directions of a pair. */
export const edgeOf = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`)
