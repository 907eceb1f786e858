import type { Sqlite } from './sqlite.ts'
import { text } from './sqlite.ts'

/** `relay` may carry messages of `kid`. */
export type RelayPair = { readonly kid: string; readonly relay: string }

export type RelayTable = ReturnType<typeof relayTable>

export const relayTable = (sqlite: Sqlite) => {
  const all = sqlite.prepare('SELECT kid, relay FROM relays ORDER BY kid, approved_ms, relay')
  const insert = sqlite.prepare('INSERT INTO relays (kid, relay, approved_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
  const remove = sqlite.prepare('DELETE FROM relays WHERE kid = ? AND relay = ?')
  return {
    all: (): RelayPair[] => all.all([]).map((row) => ({ kid: text(row, 'kid'), relay: text(row, 'relay') })),
    approve: ({ kid, relay }: RelayPair, nowMs: number): void => {
      insert.run([kid, relay, nowMs])
    },
    withdraw: ({ kid, relay }: RelayPair): void => {
      remove.run([kid, relay])
    },
  }
}
