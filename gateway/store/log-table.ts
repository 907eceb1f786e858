import type { Code } from '../../device-sdk/protocol/index.ts'
import type { Batch, Evidence, LatestRow, LogEntry, StoredEntry } from './batch.ts'
import { foldLatest, tally } from './fold-batch.ts'
import type { HistoryRow } from './history-table.ts'
import type { Row, Sqlite } from './sqlite.ts'
import { blob, int, intOrNull, text, textOrNull } from './sqlite.ts'

export type LogFilter = { readonly kid?: string; readonly after?: number; readonly limit: number }

const dayMs = 86_400_000
const evidencePerDeviceDayMax = 1_000
/** The column is 0, or 1 where no epoch was closed yet, or this and the number of the newest: a replay tells before from after. */
const equivocatedBase = 2

const entryOf = (row: Row): StoredEntry => ({
  logIndex: int(row, 'id'),
  kid: text(row, 'kid'),
  boot: text(row, 'boot'),
  seq: int(row, 'seq'),
  receivedMs: int(row, 'received_ms'),
  code: text(row, 'code') as Code,
  equivocated: int(row, 'equivocated') !== 0,
  equivocatedAfter: Math.max(-1, int(row, 'equivocated') - equivocatedBase),
  digest: blob(row, 'digest'),
  payload: blob(row, 'payload'),
  signature: blob(row, 'signature'),
})

const latestOf = (row: Row): LatestRow => ({
  kid: text(row, 'kid'),
  schema: int(row, 'schema'),
  logIndex: int(row, 'log_index'),
  receivedMs: int(row, 'received_ms'),
  timeS: intOrNull(row, 'time_s'),
  cells: JSON.parse(text(row, 'cells')) as (number | null)[],
})

export type LogTable = ReturnType<typeof logTable>

/** @param activate - makes a pending device active; called inside of the transaction that holds its first report. */
export const logTable = (sqlite: Sqlite, activate: (first: HistoryRow) => void) => {
  const insert = sqlite.prepare(
    'INSERT INTO reports (kid, boot, seq, received_ms, code, digest, payload, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const raiseBoot = sqlite.prepare(
    'INSERT INTO boots (kid, boot, seq_max) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET seq_max = max(seq_max, excluded.seq_max)',
  )
  const raiseEnd = sqlite.prepare(
    'INSERT INTO ends (kid, boot, seq) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)',
  )
  const insertEvidence = sqlite.prepare(
    'INSERT INTO evidence (kid, received_ms, code, detail, message) VALUES (?, ?, ?, ?, ?)',
  )
  const evidenceToday = sqlite.prepare(
    "SELECT coalesce(sum(count), 0) AS n FROM counts WHERE kid = ? AND day = ? AND code NOT IN ('accepted', 'report/replay')",
  )
  const count = sqlite.prepare(
    `INSERT INTO counts (kid, day, code, count, bytes) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET count = count + excluded.count, bytes = bytes + excluded.bytes`,
  )
  const equivocate = sqlite.prepare(
    `UPDATE reports SET equivocated = (SELECT coalesce(max(epoch), -1) + ${equivocatedBase} FROM epochs)
    WHERE kid = ? AND boot = ? AND seq = ? AND equivocated = 0`,
  )
  const putLatest =
    sqlite.prepare(`INSERT INTO latest (kid, schema, log_index, received_ms, time_s, cells) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET log_index = excluded.log_index, received_ms = excluded.received_ms, time_s = excluded.time_s,
    cells = excluded.cells WHERE time_s IS NULL OR excluded.time_s IS NULL
    OR min(excluded.time_s, excluded.received_ms / 1000) >= min(time_s, received_ms / 1000)`)
  const find = sqlite.prepare('SELECT * FROM reports WHERE kid = ? AND boot = ? AND seq = ?')
  const byIndex = sqlite.prepare('SELECT * FROM reports WHERE id = ?')
  const range = sqlite.prepare('SELECT * FROM reports WHERE id > ? AND id <= ? ORDER BY id LIMIT ?')
  const lastOlder = sqlite.prepare('SELECT id FROM reports WHERE id <= ? AND received_ms < ? ORDER BY id DESC LIMIT 1')
  const newest = sqlite.prepare('SELECT * FROM reports WHERE id > ? ORDER BY id DESC LIMIT ?')
  const newestOf = sqlite.prepare('SELECT * FROM reports WHERE id > ? AND kid = ? ORDER BY id DESC LIMIT ?')
  const head = sqlite.prepare('SELECT coalesce(max(id), 0) AS n FROM reports')
  const boots = sqlite.prepare(
    `SELECT boots.kid, boots.boot, boots.seq_max FROM boots LEFT JOIN sessions ON sessions.session = boots.boot
    ORDER BY boots.kid, sessions.issued_ms, boots.boot`,
  )
  const bootMax = sqlite.prepare('SELECT max(boot) AS boot FROM boots WHERE kid = ? AND length(boot) = 8')
  const latest = sqlite.prepare('SELECT * FROM latest ORDER BY kid, schema')
  const totals = sqlite.prepare('SELECT code, sum(count) AS n FROM counts GROUP BY code ORDER BY code')
  const twice = sqlite.prepare(
    'SELECT count(*) AS n FROM (SELECT 1 FROM reports GROUP BY kid, boot, seq HAVING count(*) > 1)',
  )
  const bytesOn = sqlite.prepare('SELECT coalesce(sum(bytes), 0) AS n FROM counts WHERE kid = ? AND day = ?')
  const evidence = sqlite.prepare('SELECT id, kid, received_ms, code, detail FROM evidence ORDER BY id DESC LIMIT ?')

  const insertEntries = (entries: readonly LogEntry[]): number[] => {
    const seqMax = new Map<string, LogEntry>()
    const indexes = entries.map((entry) => {
      const { kid, boot, seq } = entry
      const key = `${kid} ${boot}`
      if ((seqMax.get(key)?.seq ?? -1) < seq) seqMax.set(key, entry)
      const values = [kid, boot, seq, entry.receivedMs, entry.code, entry.digest, entry.payload, entry.signature]
      return insert.run(values).lastInsertRowid
    })
    for (const { kid, boot, seq } of seqMax.values()) raiseBoot.run([kid, boot, seq])
    return indexes
  }

  const insertBounded = (evidence: readonly Evidence[]): void => {
    const known = new Map<string, number>()
    for (const one of evidence) {
      const day = Math.floor(one.receivedMs / dayMs)
      const key = `${one.kid} ${day}`
      const today = known.get(key) ?? int(evidenceToday.get([one.kid, day]) ?? {}, 'n')
      known.set(key, today + 1)
      if (today >= evidencePerDeviceDayMax) continue
      insertEvidence.run([one.kid, one.receivedMs, one.code, one.detail, one.message])
    }
  }

  return {
    /** Writes a batch in one transaction. @returns the log index of each entry. Throws when the disk does; then nothing is written. */
    append: (batch: Batch): number[] =>
      sqlite.transaction(() => {
        const indexes = insertEntries(batch.entries)
        insertBounded(batch.evidence)
        for (const pair of batch.equivocated) equivocate.run([pair.kid, pair.boot, pair.seq])
        for (const end of batch.ends) raiseEnd.run([end.kid, end.boot, end.seq])
        for (const row of foldLatest(batch.latest)) {
          putLatest.run([
            row.kid,
            row.schema,
            indexes[row.entry] as number,
            row.receivedMs,
            row.timeS,
            JSON.stringify(row.cells),
          ])
        }
        for (const first of batch.activated) activate(first)
        for (const one of tally(batch)) count.run([one.kid, one.day, one.code, one.count, one.bytes])
        return indexes
      }),
    find: (kid: string, boot: string, seq: number): StoredEntry | null => {
      const row = find.get([kid, boot, seq])
      return row === undefined ? null : entryOf(row)
    },
    at: (logIndex: number): StoredEntry | null => {
      const row = byIndex.get([logIndex])
      return row === undefined ? null : entryOf(row)
    },
    /** Entries after `from` up to and with `to`, in the order of the log, at most `limit`. */
    range: (from: number, to: number, limit: number): StoredEntry[] => range.all([from, to, limit]).map(entryOf),
    /** The newest entry up to and with `to` that was received before `ms`; 0 where there is none. */
    lastOlder: (to: number, ms: number): number => int(lastOlder.get([to, ms]) ?? { id: 0 }, 'id'),
    newest: ({ kid, after = 0, limit }: LogFilter): StoredEntry[] =>
      (kid === undefined ? newest.all([after, limit]) : newestOf.all([after, kid, limit])).map(entryOf),
    head: (): number => int(head.get([]) ?? {}, 'n'),
    /** How many pairs stand in the log more than once: none, or the index is broken. */
    twice: (): number => int(twice.get([]) ?? {}, 'n'),
    /** Bytes of the reports that a device stored on a day (days since 1970, UTC). */
    bytesOn: (kid: string, day: number): number => int(bytesOn.get([kid, day]) ?? {}, 'n'),
    /** The highest boot counter of which a report stands in the log, as its key; null where there is none. */
    bootMax: (kid: string): string | null => textOrNull(bootMax.get([kid]) ?? { boot: null }, 'boot'),
    /** By device: counters as they count, sessions as they were issued. */
    boots: (): { kid: string; boot: string; seqMax: number }[] =>
      boots.all([]).map((row) => ({ kid: text(row, 'kid'), boot: text(row, 'boot'), seqMax: int(row, 'seq_max') })),
    latest: (): LatestRow[] => latest.all([]).map(latestOf),
    totals: (): Record<string, number> =>
      Object.fromEntries(totals.all([]).map((row) => [text(row, 'code'), int(row, 'n')])),
    evidence: (limit: number): (Omit<Evidence, 'message'> & { id: number })[] =>
      evidence.all([limit]).map((row) => ({
        id: int(row, 'id'),
        kid: text(row, 'kid'),
        receivedMs: int(row, 'received_ms'),
        code: text(row, 'code') as Code,
        detail: textOrNull(row, 'detail'),
      })),
  }
}
