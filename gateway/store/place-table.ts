import type { AssertedPlace } from './device-table.ts'
import type { Sqlite } from './sqlite.ts'
import { int, text } from './sqlite.ts'

/** Every place that was ever asserted: evidence is judged by the one that held when it came. */
export type PlaceRow = AssertedPlace & { readonly kid: string; readonly fromMs: number }

export type PlaceTable = ReturnType<typeof placeTable>

export const placeTable = (sqlite: Sqlite) => {
  const insert = sqlite.prepare(
    'INSERT INTO places (kid, from_ms, cell, lat_e7, lng_e7, gain_ddbi) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const all = sqlite.prepare('SELECT * FROM places ORDER BY from_ms, id')
  return {
    add: ({ kid, fromMs, cell, latE7, lngE7, gainDdbi }: PlaceRow): void => {
      insert.run([kid, fromMs, cell, latE7, lngE7, gainDdbi])
    },
    /** In the order of time, then of assertion. */
    all: (): PlaceRow[] =>
      all.all([]).map((row) => ({
        kid: text(row, 'kid'),
        fromMs: int(row, 'from_ms'),
        cell: text(row, 'cell'),
        latE7: int(row, 'lat_e7'),
        lngE7: int(row, 'lng_e7'),
        gainDdbi: int(row, 'gain_ddbi'),
      })),
  }
}
