import { toHex } from '../../device-sdk/protocol/index.ts'
import type { Sqlite } from './sqlite.ts'
import { int } from './sqlite.ts'

/** `enrol` registers a device; `owner` is good for what an owner signs. */
export type NoncePurpose = 'enrol' | 'owner'

export type NonceTable = ReturnType<typeof nonceTable>

/** Nonces that were given and neither used nor expired. A nonce is good for one purpose, once. */
export const nonceTable = (sqlite: Sqlite) => {
  const drop = sqlite.prepare('DELETE FROM nonces WHERE expires_ms < ?')
  const count = sqlite.prepare('SELECT count(*) AS n FROM nonces WHERE purpose = ?')
  const insert = sqlite.prepare('INSERT INTO nonces (nonce, purpose, expires_ms) VALUES (?, ?, ?)')
  const find = sqlite.prepare('SELECT 1 AS n FROM nonces WHERE nonce = ? AND purpose = ? AND expires_ms >= ?')
  const take = sqlite.prepare('DELETE FROM nonces WHERE nonce = ? AND purpose = ? AND expires_ms >= ?')
  return {
    /** @returns false where as many of this purpose are open as may be. */
    put: (nonce: Uint8Array, purpose: NoncePurpose, nowMs: number, expiresMs: number, openMax: number): boolean => {
      drop.run([nowMs])
      if (int(count.get([purpose]) ?? {}, 'n') >= openMax) return false
      insert.run([toHex(nonce), purpose, expiresMs])
      return true
    },
    has: (nonce: Uint8Array, purpose: NoncePurpose, nowMs: number): boolean =>
      find.get([toHex(nonce), purpose, nowMs]) !== undefined,
    /** Uses a nonce up. @returns false where it was never given for this, was used, or expired. */
    take: (nonce: Uint8Array, purpose: NoncePurpose, nowMs: number): boolean =>
      take.run([toHex(nonce), purpose, nowMs]).changes === 1,
  }
}
