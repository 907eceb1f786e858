import type { Sqlite } from './sqlite.ts'
import { int, text } from './sqlite.ts'

export type SeqRange = { readonly first: number; readonly last: number }

export type GapTable = ReturnType<typeof gapTable>

/** What is missing between the reports of one boot. Boots are named by their keys, as in the log. */
export const gapTable = (sqlite: Sqlite) => {
  const newestBoots = sqlite.prepare(
    'SELECT boot, seq_max FROM boots WHERE kid = ? ORDER BY length(boot), boot DESC LIMIT ?',
  )
  const between = sqlite.prepare(
    `SELECT before + 1 AS first, seq - 1 AS last FROM
    (SELECT seq, lag(seq, 1, ?) OVER (ORDER BY seq) AS before FROM reports WHERE kid = ? AND boot = ? AND seq >= ?)
    WHERE seq > before + 1 ORDER BY seq LIMIT ?`,
  )
  const newestEnds = sqlite.prepare('SELECT boot, seq FROM ends WHERE kid = ? ORDER BY length(boot), boot DESC LIMIT ?')
  return {
    /** The highest counters first, then sessions. */
    boots: (kid: string, limit: number): { boot: string; seqMax: number }[] =>
      newestBoots.all([kid, limit]).map((row) => ({ boot: text(row, 'boot'), seqMax: int(row, 'seq_max') })),
    /** Seqs from `from` up to the highest seen of which nothing is stored, lowest first. */
    missing: (kid: string, boot: string, from: number, limit: number): SeqRange[] =>
      between
        .all([from - 1, kid, boot, from, limit])
        .map((row) => ({ first: int(row, 'first'), last: int(row, 'last') })),
    /** The last seq of each boot of which the device has said it, the highest boots first. */
    ends: (kid: string, limit: number): { boot: string; seq: number }[] =>
      newestEnds.all([kid, limit]).map((row) => ({ boot: text(row, 'boot'), seq: int(row, 'seq') })),
  }
}
