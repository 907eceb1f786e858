import type { Row, Sqlite } from './sqlite.ts'
import { blob, int } from './sqlite.ts'

/** A value of the entropy chain, and when this gateway let it out. */
export type ReleasedEntropy = { readonly index: number; readonly value: Uint8Array; readonly releasedMs: number }

export type EntropyTable = ReturnType<typeof entropyTable>

const released = (row: Row): ReleasedEntropy => ({
  index: int(row, 'idx'),
  value: blob(row, 'value'),
  releasedMs: int(row, 'released_ms'),
})

export const entropyTable = (sqlite: Sqlite) => {
  const insert = sqlite.prepare('INSERT INTO entropy (idx, value, released_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
  const between = sqlite.prepare('SELECT * FROM entropy WHERE released_ms > ? AND released_ms <= ? ORDER BY idx DESC')
  return {
    /** The first release counts. */
    release: ({ index, value, releasedMs }: ReleasedEntropy): void => {
      insert.run([index, value, releasedMs])
    },
    /** What was released after `afterMs` and not after `toMs`, the newest first. */
    between: (afterMs: number, toMs: number): ReleasedEntropy[] => between.all([afterMs, toMs]).map(released),
  }
}
