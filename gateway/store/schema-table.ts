import type { SignedDocument } from '../../device-sdk/protocol/index.ts'
import type { Sqlite } from './sqlite.ts'
import { blob, int } from './sqlite.ts'

/** A schema of the network's own: its document and the gateway's signature, as they were when it was added. */
export type SchemaRow = SignedDocument & { readonly id: number; readonly addedMs: number }

export type SchemaTable = ReturnType<typeof schemaTable>

export const schemaTable = (sqlite: Sqlite) => {
  const all = sqlite.prepare('SELECT * FROM schemas ORDER BY id')
  const insert = sqlite.prepare(
    'INSERT INTO schemas (id, document, signature, added_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  )
  return {
    all: (): SchemaRow[] =>
      all.all([]).map((row) => ({
        id: int(row, 'id'),
        document: blob(row, 'document'),
        signature: blob(row, 'signature'),
        addedMs: int(row, 'added_ms'),
      })),
    /** @returns false where the id is taken: a schema is never replaced. */
    insert: (row: SchemaRow): boolean => insert.run([row.id, row.document, row.signature, row.addedMs]).changes === 1,
  }
}
