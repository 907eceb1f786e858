import { bootOfKey, isKid } from '../../device-sdk/protocol/index.ts'
import type { Registry } from '../registry/index.ts'
import type { SeqRange, Store } from '../store/index.ts'
import type { Answer, Route } from './http.ts'
import { errorAnswer } from './http.ts'

type GapDeps = { readonly store: Store; readonly registry: Registry }

const bootsShown = 16
const rangesShown = 100
/** How far below the highest seq it is looked: the answer says where it began. */
const seqsExamined = 100_000

const count = (ranges: readonly SeqRange[]): number =>
  ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0)

const bootView = ({ store }: GapDeps, kid: string, boot: string, seqMax: number, end: number | null) => {
  const from = Math.max(0, seqMax - seqsExamined)
  const missing = seqMax < 0 ? [] : store.gaps.missing(kid, boot, from, rangesShown)
  const tail = end !== null && end > seqMax ? { first: seqMax + 1, last: end } : null
  return {
    boot: boot.length === 8 ? bootOfKey(boot) : boot,
    from,
    /** Of what is stored; -1 where nothing is. */
    highest: seqMax,
    /** The last seq by the device's own signed word; null where it has not said it. */
    end,
    missing,
    tail,
    missed: count(missing) + (tail === null ? 0 : count([tail])),
    complete: missing.length < rangesShown,
  }
}

/** For each of the newest boots of a device: which seqs are missing below the highest stored one, and up to the proven end. */
const gapsOf = (deps: GapDeps, kid: string): Answer => {
  if (!isKid(kid) || deps.registry.get(kid) === null) return errorAnswer({ code: 'device/unknown', detail: kid })
  const stored = deps.store.gaps.boots(kid, bootsShown)
  const ends = new Map(deps.store.gaps.ends(kid, bootsShown).map(({ boot, seq }) => [boot, seq]))
  const seen = new Map(stored.map(({ boot, seqMax }) => [boot, seqMax]))
  // A boot of which nothing arrived is known by its end alone.
  const boots = [...new Set([...seen.keys(), ...ends.keys()])]
    .sort()
    .reverse()
    .slice(0, 2 * bootsShown)
  const views = boots.map((boot) => bootView(deps, kid, boot, seen.get(boot) ?? -1, ends.get(boot) ?? null))
  return { value: { kid, missed: views.reduce((sum, { missed }) => sum + missed, 0), boots: views } }
}

export const gapsRoute = (deps: GapDeps): Route => ({
  method: 'GET',
  path: /^\/v1\/devices\/([^/]+)\/gaps$/,
  access: 'read',
  handle: ({ params: [kid = ''] }) => gapsOf(deps, kid),
})
