import type { Sqlite } from './sqlite.ts'
import { blob, int, text } from './sqlite.ts'

/** A new key that takes the place of `kid` at `dueMs`, unless its owner has second thoughts. */
export type Rotation = {
  readonly kid: string
  readonly newKid: string
  readonly publicKey: Uint8Array
  readonly dueMs: number
}

export type RotationTable = ReturnType<typeof rotationTable>

/** Rotations that wait: at most one of each device. */
export const rotationTable = (sqlite: Sqlite) => {
  const all = sqlite.prepare('SELECT * FROM rotations ORDER BY due_ms, kid')
  const insert = sqlite.prepare('INSERT INTO rotations (kid, new_kid, public_key, due_ms) VALUES (?, ?, ?, ?)')
  const remove = sqlite.prepare('DELETE FROM rotations WHERE kid = ?')
  return {
    all: (): Rotation[] =>
      all.all([]).map((row) => ({
        kid: text(row, 'kid'),
        newKid: text(row, 'new_kid'),
        publicKey: blob(row, 'public_key'),
        dueMs: int(row, 'due_ms'),
      })),
    put: ({ kid, newKid, publicKey, dueMs }: Rotation): void => {
      remove.run([kid])
      insert.run([kid, newKid, publicKey, dueMs])
    },
    remove: (kid: string): void => {
      remove.run([kid])
    },
  }
}
