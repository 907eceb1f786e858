import type { Row, Sqlite } from './sqlite.ts'
import { int, text } from './sqlite.ts'

/** Firmware that devices can be given. `sha256` in hex names its file. */
export type Release = {
  readonly board: string
  readonly firmware: number
  readonly size: number
  readonly sha256: string
  readonly addedMs: number
}

const releaseOf = (row: Row): Release => ({
  board: text(row, 'board'),
  firmware: int(row, 'firmware'),
  size: int(row, 'size'),
  sha256: text(row, 'sha256'),
  addedMs: int(row, 'added_ms'),
})

export type ReleaseTable = ReturnType<typeof releaseTable>

export const releaseTable = (sqlite: Sqlite) => {
  const insert = sqlite.prepare(
    'INSERT INTO releases (board, firmware, size, sha256, added_ms) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const all = sqlite.prepare('SELECT * FROM releases ORDER BY board, firmware DESC')
  return {
    /** @returns false where this board has one of this sequence: it is never replaced. */
    add: ({ board, firmware, size, sha256, addedMs }: Release): boolean =>
      insert.run([board, firmware, size, sha256, addedMs]).changes === 1,
    all: (): Release[] => all.all([]).map(releaseOf),
  }
}
