import { randomBytes } from 'node:crypto'
import { fromHex, toHex } from '../../device-sdk/protocol/index.ts'
import type { Sqlite } from './sqlite.ts'
import { int, text } from './sqlite.ts'

/** How long after its issue a session may be used for the first time. */
const firstUseMsMax = 600_000
/** Sessions of one device that were issued and not yet used; past that the oldest goes. */
const unusedPerDeviceMax = 16

/** A session that may open, or one that has opened: a report of it stands in the log. */
export type SessionState = 'fresh' | 'used'

export type SessionTable = ReturnType<typeof sessionTable>

/** Boots of devices that keep nothing: 8 random bytes each, for one device. Those that were used stay for good. */
export const sessionTable = (sqlite: Sqlite) => {
  const unused = 'NOT EXISTS (SELECT 1 FROM boots WHERE boots.kid = sessions.kid AND boots.boot = sessions.session)'
  const byNonce = sqlite.prepare('SELECT session FROM sessions WHERE kid = ? AND nonce = ?')
  const bySession = sqlite.prepare(
    `SELECT use_before_ms, ${unused} AS unused FROM sessions WHERE session = ? AND kid = ?`,
  )
  const expire = sqlite.prepare(`DELETE FROM sessions WHERE use_before_ms < ? AND ${unused}`)
  const waiting = sqlite.prepare(
    `SELECT session FROM sessions WHERE kid = ? AND ${unused} ORDER BY issued_ms DESC, session`,
  )
  const drop = sqlite.prepare('DELETE FROM sessions WHERE session = ?')
  const insert = sqlite.prepare(
    'INSERT INTO sessions (session, kid, nonce, issued_ms, use_before_ms) VALUES (?, ?, ?, ?, ?)',
  )

  return {
    /** A session for one device. Why by nonce: a request that is played again gets the same one, and costs no room. */
    issue: (kid: string, nonce: Uint8Array, nowMs: number): Uint8Array =>
      sqlite.transaction(() => {
        expire.run([nowMs])
        const known = byNonce.get([kid, toHex(nonce)])
        if (known !== undefined) return fromHex(text(known, 'session')) ?? new Uint8Array(8)
        for (const row of waiting.all([kid]).slice(unusedPerDeviceMax - 1)) drop.run([text(row, 'session')])
        const session = randomBytes(8)
        insert.run([toHex(session), kid, toHex(nonce), nowMs, nowMs + firstUseMsMax])
        return session
      }),
    /** What a session (16 hex digits) is for this device; null where it is none, is another's, or was not used in time. */
    stateOf: (kid: string, session: string, nowMs: number): SessionState | null => {
      const row = bySession.get([session, kid])
      if (row === undefined) return null
      if (int(row, 'unused') === 0) return 'used'
      return nowMs <= int(row, 'use_before_ms') ? 'fresh' : null
    },
  }
}
