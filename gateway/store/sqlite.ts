import Libsql from 'libsql'

type SqlValue = string | number | Uint8Array | null
/** libsql gives a blob as a Buffer from `get` and as an ArrayBuffer from `all`. */
export type Row = Readonly<Record<string, SqlValue | ArrayBuffer>>
type Statement = {
  run(values: readonly SqlValue[]): { readonly changes: number; readonly lastInsertRowid: number }
  get(values: readonly SqlValue[]): Row | undefined
  all(values: readonly SqlValue[]): Row[]
}
export type Sqlite = {
  prepare(sql: string): Statement
  exec(sql: string): void
  /** Runs all of `work` or none of it. */
  transaction<T>(work: () => T): T
  close(): void
}

const checked = (values: readonly SqlValue[], places: number): readonly SqlValue[] => {
  // libsql binds NaN and missing values in silence, and ends the process at a boolean.
  if (values.length !== places) throw new Error(`${values.length} values given, the statement takes ${places}`)
  for (const value of values) {
    const good =
      value === null ||
      typeof value === 'string' ||
      value instanceof Uint8Array ||
      (typeof value === 'number' && Number.isFinite(value))
    if (!good) throw new Error(`cannot bind ${typeof value}`)
  }
  return values
}

export type SqliteOptions = {
  readonly readonly?: boolean
  /** Of a file that is made now; one that is there keeps its own. */
  readonly pageBytes?: number
}

/** The log is copied into the file when it has grown to this. */
const walBytes = 4_194_304

/**
 * The one way to SQLite. Why a wrapper: libsql ends the process when a buffer is the only argument of `run`, so values always
 * travel in an array; numbers bind as REAL, so tables are STRICT. WAL with full synchronisation: what is committed survives a power cut.
 */
export const openSqlite = (path: string, options: SqliteOptions = {}): Sqlite => {
  const database = new Libsql(path)
  try {
    if (options.pageBytes !== undefined) database.exec(`PRAGMA page_size=${options.pageBytes}`)
    // libsql opens to write, whatever its options say.
    database.exec(options.readonly ? 'PRAGMA query_only=1' : 'PRAGMA journal_mode=WAL')
    database.exec('PRAGMA synchronous=FULL')
    database.exec('PRAGMA busy_timeout=5000')
    // SQLite counts in pages.
    if (options.pageBytes !== undefined) database.exec(`PRAGMA wal_autocheckpoint=${walBytes / options.pageBytes}`)
  } catch (error) {
    database.close()
    throw error
  }
  return {
    prepare: (sql) => {
      const statement = database.prepare(sql)
      const places = sql.split('?').length - 1
      const bound = (values: readonly SqlValue[]): SqlValue[] => {
        // A prepared statement of libsql outlives its connection, and the lock that was released with it.
        if (!database.open) throw new Error('the store is closed')
        return [...checked(values, places)]
      }
      return {
        run: (values) => {
          const done = statement.run(bound(values))
          return { changes: done.changes, lastInsertRowid: Number(done.lastInsertRowid) }
        },
        get: (values) => statement.get(bound(values)) as Row | undefined,
        all: (values) => statement.all(bound(values)) as Row[],
      }
    },
    exec: (sql) => {
      database.exec(sql)
    },
    transaction: (work) => database.transaction(work).immediate(),
    close: () => {
      database.close()
    },
  }
}

export const text = (row: Row, name: string): string => {
  const value = row[name]
  if (typeof value !== 'string') throw new Error(`column ${name} is no text`)
  return value
}

export const int = (row: Row, name: string): number => {
  const value = row[name]
  if (typeof value !== 'number') throw new Error(`column ${name} is no number`)
  return value
}

export const intOrNull = (row: Row, name: string): number | null => (row[name] === null ? null : int(row, name))

export const textOrNull = (row: Row, name: string): string | null => (row[name] === null ? null : text(row, name))

export const blob = (row: Row, name: string): Uint8Array => {
  const value = row[name]
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if (!(value instanceof Uint8Array)) throw new Error(`column ${name} is no blob`)
  return value
}
