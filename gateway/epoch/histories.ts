import type { Assertion, PlaceHistory } from '../coverage/index.ts'
import { historyOf } from '../coverage/index.ts'
import type { HeirOf } from '../registry/index.ts'
import type { OwnerRow, PlaceRow } from '../store/index.ts'

/** Where each key stood when; what was asserted for a key that was rotated since holds for its heir. */
export const historiesOf = (rows: readonly PlaceRow[], heirOf: HeirOf): Map<string, PlaceHistory> => {
  const assertions = new Map<string, Assertion[]>()
  for (const { kid: asserted, fromMs, cell, latE7, lngE7, gainDdbi } of rows) {
    const kid = heirOf(asserted)
    const own = assertions.get(kid) ?? []
    if (own.length === 0) assertions.set(kid, own)
    own.push({ fromMs, place: { cell, latE7, lngE7, gainDbi: gainDdbi / 10 } })
  }
  return new Map([...assertions].map(([kid, own]) => [kid, historyOf(own)]))
}

/** Who owns each device that was ever claimed; its heir has the owner of the key that it took the place of. */
export const ownersOf = (rows: readonly OwnerRow[], heirOf: HeirOf): Map<string, string> =>
  new Map(rows.map(({ kid, owner }) => [heirOf(kid), owner]))
