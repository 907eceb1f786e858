import type { Row, Sqlite } from './sqlite.ts'
import { int, text } from './sqlite.ts'

/** Who may take readings and be counted for it. Its token is known by its SHA-256 alone. */
export type ConsumerRow = {
  /** EVM address, 40 hex digits. */
  readonly address: string
  readonly name: string
  readonly tokenHash: string
  readonly addedMs: number
}
/** A consumer took the readings of one report. */
export type ConsumptionRow = { readonly consumer: string; readonly logIndex: number; readonly receivedMs: number }

const consumerOf = (row: Row): ConsumerRow => ({
  address: text(row, 'address'),
  name: text(row, 'name'),
  tokenHash: text(row, 'token_hash'),
  addedMs: int(row, 'added_ms'),
})

export type ConsumptionTable = ReturnType<typeof consumptionTable>

/** Consumers, and what they took: once for each report and consumer. SQLite itself refuses to change or delete what was taken. */
export const consumptionTable = (sqlite: Sqlite) => {
  const put = sqlite.prepare(
    `INSERT INTO consumers (address, name, token_hash, added_ms) VALUES (?, ?, ?, ?)
    ON CONFLICT (address) DO UPDATE SET name = excluded.name, token_hash = excluded.token_hash`,
  )
  const remove = sqlite.prepare('DELETE FROM consumers WHERE address = ?')
  const consumers = sqlite.prepare('SELECT * FROM consumers ORDER BY address')
  const byToken = sqlite.prepare('SELECT * FROM consumers WHERE token_hash = ?')
  const add = sqlite.prepare(
    'INSERT INTO consumption (consumer, log_index, received_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const range = sqlite.prepare('SELECT * FROM consumption WHERE id > ? AND id <= ? ORDER BY id')
  const head = sqlite.prepare('SELECT coalesce(max(id), 0) AS n FROM consumption')
  return {
    /** In place of what stood under its address: an older token opens nothing any more. */
    putConsumer: ({ address, name, tokenHash, addedMs }: ConsumerRow): void => {
      put.run([address, name, tokenHash, addedMs])
    },
    /** @returns false where there was none. */
    removeConsumer: (address: string): boolean => remove.run([address]).changes === 1,
    consumers: (): ConsumerRow[] => consumers.all([]).map(consumerOf),
    byToken: (tokenHash: string): ConsumerRow | null => {
      const row = byToken.get([tokenHash])
      return row === undefined ? null : consumerOf(row)
    },
    /** @returns how many were new. */
    add: (rows: readonly ConsumptionRow[]): number =>
      sqlite.transaction(() =>
        rows.reduce((sum, one) => sum + add.run([one.consumer, one.logIndex, one.receivedMs]).changes, 0),
      ),
    /** What was taken after row `from` up to and with row `to`, in order. */
    range: (from: number, to: number): ConsumptionRow[] =>
      range.all([from, to]).map((row) => ({
        consumer: text(row, 'consumer'),
        logIndex: int(row, 'log_index'),
        receivedMs: int(row, 'received_ms'),
      })),
    head: (): number => int(head.get([]) ?? {}, 'n'),
  }
}
