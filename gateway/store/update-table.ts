import type { Row, Sqlite } from './sqlite.ts'
import { int, intOrNull, text, textOrNull } from './sqlite.ts'

/**
 * `waiting` to be sent; `offered` once it was; `fetched` and `running` by the device's signed word; `rolled-back` where the
 * firmware before came back; `refused` by the device, `expired`, or `replaced` by another update, for good.
 */
export type UpdateStage =
  | 'waiting'
  | 'offered'
  | 'fetched'
  | 'running'
  | 'rolled-back'
  | 'refused'
  | 'expired'
  | 'replaced'

/** A release for one device, and how far it came. Times are null until then; `code` is why it is where it is. */
export type UpdateRow = {
  readonly kid: string
  readonly board: string
  readonly firmware: number
  readonly stage: UpdateStage
  readonly code: string | null
  /** The numbers under which it was sent: -1 where it was not. */
  readonly firstN: number
  readonly n: number
  readonly askedMs: number
  readonly expiresMs: number
  readonly sentMs: number | null
  readonly fetchedMs: number | null
  readonly endedMs: number | null
}

/** What a device says that it runs. `board` is null where it does not say; `updates` is false where it says that it takes none. */
export type RunningFirmware = {
  readonly kid: string
  readonly firmware: number
  readonly board: string | null
  readonly updates: boolean
  readonly seenMs: number
}

const updateOf = (row: Row): UpdateRow => ({
  kid: text(row, 'kid'),
  board: text(row, 'board'),
  firmware: int(row, 'firmware'),
  stage: text(row, 'stage') as UpdateStage,
  code: textOrNull(row, 'code'),
  firstN: int(row, 'first_n'),
  n: int(row, 'n'),
  askedMs: int(row, 'asked_ms'),
  expiresMs: int(row, 'expires_ms'),
  sentMs: intOrNull(row, 'sent_ms'),
  fetchedMs: intOrNull(row, 'fetched_ms'),
  endedMs: intOrNull(row, 'ended_ms'),
})

const columns = [
  'kid',
  'firmware',
  'board',
  'stage',
  'code',
  'first_n',
  'n',
  'asked_ms',
  'expires_ms',
  'sent_ms',
  'fetched_ms',
  'ended_ms',
]

export type UpdateTable = ReturnType<typeof updateTable>

export const updateTable = (sqlite: Sqlite) => {
  const put = sqlite.prepare(
    `INSERT INTO updates (${columns.join(', ')}) VALUES (?${', ?'.repeat(columns.length - 1)})
    ON CONFLICT (kid, firmware) DO UPDATE SET ${columns.map((name) => `${name} = excluded.${name}`).join(', ')}`,
  )
  const all = sqlite.prepare('SELECT * FROM updates ORDER BY asked_ms, kid')
  const heard = sqlite.prepare(
    `INSERT INTO running (kid, firmware, board, updates, seen_ms) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (kid) DO UPDATE SET firmware = excluded.firmware, board = excluded.board, updates = excluded.updates,
      seen_ms = excluded.seen_ms`,
  )
  const running = sqlite.prepare('SELECT * FROM running')
  return {
    /** Writes an update as it is now. */
    put: (row: UpdateRow): void => {
      const { kid, firmware, board, stage, code, firstN, n, askedMs, expiresMs, sentMs, fetchedMs, endedMs } = row
      put.run([kid, firmware, board, stage, code, firstN, n, askedMs, expiresMs, sentMs, fetchedMs, endedMs])
    },
    all: (): UpdateRow[] => all.all([]).map(updateOf),
    /** Keeps what a device runs. */
    heard: ({ kid, firmware, board, updates, seenMs }: RunningFirmware): void => {
      heard.run([kid, firmware, board, updates ? 1 : 0, seenMs])
    },
    running: (): RunningFirmware[] =>
      running.all([]).map((row) => ({
        kid: text(row, 'kid'),
        firmware: int(row, 'firmware'),
        board: textOrNull(row, 'board'),
        updates: int(row, 'updates') === 1,
        seenMs: int(row, 'seen_ms'),
      })),
  }
}
