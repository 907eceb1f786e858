import type { Row, Sqlite } from './sqlite.ts'
import { int, intOrNull, text, textOrNull } from './sqlite.ts'

/** A command to a device. `args` and `detail` are JSON; the last three are null until the device answered. */
export type CommandRow = {
  readonly kid: string
  readonly n: number
  readonly op: number
  readonly args: string
  readonly issuedMs: number
  /** Whether it left the gateway: the device or a relay of it was connected. */
  readonly sent: boolean
  readonly answeredMs: number | null
  readonly status: number | null
  readonly detail: string | null
}

const commandOf = (row: Row): CommandRow => ({
  kid: text(row, 'kid'),
  n: int(row, 'n'),
  op: int(row, 'op'),
  args: text(row, 'args'),
  issuedMs: int(row, 'issued_ms'),
  sent: int(row, 'sent') === 1,
  answeredMs: intOrNull(row, 'answered_ms'),
  status: intOrNull(row, 'status'),
  detail: textOrNull(row, 'detail'),
})

export type CommandTable = ReturnType<typeof commandTable>

export const commandTable = (sqlite: Sqlite) => {
  // Updates have their numbers from the same row: a result names its n alone.
  const highest = sqlite.prepare(
    `SELECT coalesce(max(n), -1) AS n FROM
    (SELECT n FROM commands WHERE kid = ? UNION ALL SELECT n FROM updates WHERE kid = ?)`,
  )
  const insert = sqlite.prepare('INSERT INTO commands (kid, n, op, args, issued_ms, sent) VALUES (?, ?, ?, ?, ?, 0)')
  const sent = sqlite.prepare('UPDATE commands SET sent = 1 WHERE kid = ? AND n = ?')
  const answer = sqlite.prepare(
    'UPDATE commands SET answered_ms = ?, status = ?, detail = ? WHERE kid = ? AND n = ? AND answered_ms IS NULL',
  )
  const at = sqlite.prepare('SELECT * FROM commands WHERE kid = ? AND n = ?')
  const newest = sqlite.prepare('SELECT * FROM commands WHERE kid = ? ORDER BY n DESC LIMIT ?')
  const nextN = (kid: string): number => int(highest.get([kid, kid]) ?? {}, 'n') + 1
  return {
    /** The n of what the device is told next. Rows are never deleted, so once one is written with it, it never comes again. */
    nextN,
    /** Takes the next n of this device, durable before it is used. */
    add: (kid: string, op: number, args: string, nowMs: number): number =>
      sqlite.transaction(() => {
        const n = nextN(kid)
        insert.run([kid, n, op, args, nowMs])
        return n
      }),
    markSent: (kid: string, n: number): void => {
      sent.run([kid, n])
    },
    /** @returns the command with its answer, or null where there is none, or it was answered before. */
    answer: (kid: string, n: number, status: number, detail: string | null, nowMs: number): CommandRow | null => {
      if (answer.run([nowMs, status, detail, kid, n]).changes !== 1) return null
      const row = at.get([kid, n])
      return row === undefined ? null : commandOf(row)
    },
    newest: (kid: string, limit: number): CommandRow[] => newest.all([kid, limit]).map(commandOf),
  }
}
