import type { AssertedPlace } from './device-table.ts'
import type { Row, Sqlite } from './sqlite.ts'
import { blob, int, text } from './sqlite.ts'

/** What may happen to a device. */
export type DeviceEvent =
  | 'device/enrolled'
  | 'device/claimed'
  | 'device/active'
  | 'device/lapsed'
  | 'device/transferred'
  | 'device/rotation-waits'
  | 'device/rotation-cancelled'
  | 'device/rotated'
  | 'device/revoked'
  | 'device/placed'

/** An EIP-712 signature (r || s || v): `by` names the field of the message that holds the signer's address. */
export type HistorySignature = { readonly by: string; readonly address: string; readonly signature: string }

/** One change of a device. `actor` is an address, `admin`, `device` or `gateway`; what nobody signed has no digest. */
export type HistoryRow = {
  readonly atMs: number
  readonly kid: string
  readonly event: DeviceEvent
  readonly actor: string
  readonly detail: Readonly<Record<string, unknown>>
  readonly digest: Uint8Array | null
  readonly signatures: readonly HistorySignature[]
}

/** A place from the moment at which it was asserted: evidence is judged by the one that held when it came. */
export type PlaceRow = AssertedPlace & { readonly kid: string; readonly fromMs: number }

/** Whose a device is from then on, by address in hex. */
export type OwnerRow = { readonly kid: string; readonly owner: string; readonly atMs: number }

/** A key that took the place of another. */
export type Succession = { readonly kid: string; readonly newKid: string; readonly atMs: number }

const rowOf = (row: Row): HistoryRow => ({
  atMs: int(row, 'at_ms'),
  kid: text(row, 'kid'),
  event: text(row, 'event') as DeviceEvent,
  actor: text(row, 'actor'),
  detail: JSON.parse(text(row, 'detail')) as Readonly<Record<string, unknown>>,
  digest: row.digest === null ? null : blob(row, 'digest'),
  signatures: JSON.parse(text(row, 'signatures')) as HistorySignature[],
})

export type HistoryTable = ReturnType<typeof historyTable>

/** Every change of every device, in order. SQLite itself refuses to change or delete a row. */
export const historyTable = (sqlite: Sqlite) => {
  const insert = sqlite.prepare(
    'INSERT INTO history (at_ms, kid, event, actor, detail, digest, signatures) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const of = sqlite.prepare('SELECT * FROM history WHERE kid = ? ORDER BY id DESC LIMIT ?')
  const places = sqlite.prepare(
    "SELECT * FROM history WHERE kid = ? AND event = 'device/placed' ORDER BY id DESC LIMIT ?",
  )
  const ofEvent = sqlite.prepare('SELECT * FROM history WHERE event = ? ORDER BY id')
  const owners = sqlite.prepare(
    "SELECT * FROM history WHERE event IN ('device/claimed', 'device/transferred') ORDER BY id",
  )
  const page = sqlite.prepare('SELECT * FROM history WHERE id > ? ORDER BY id LIMIT ?')
  return {
    add: ({ atMs, kid, event, actor, detail, digest, signatures }: HistoryRow): void => {
      insert.run([atMs, kid, event, actor, JSON.stringify(detail), digest, JSON.stringify(signatures)])
    },
    /** The newest changes of one device, in the order in which they came. */
    of: (kid: string, limit: number): HistoryRow[] => of.all([kid, limit]).map(rowOf).reverse(),
    /** The newest places of one device, in the order in which they were asserted. */
    placesOf: (kid: string, limit: number): HistoryRow[] => places.all([kid, limit]).map(rowOf).reverse(),
    /** Every place that was ever asserted, in the order of assertion. */
    places: (): PlaceRow[] =>
      ofEvent.all(['device/placed']).map((row) => {
        const { kid, atMs, detail } = rowOf(row)
        return { ...(detail.place as AssertedPlace), kid, fromMs: atMs }
      }),
    /** Every claim and every transfer, in order. */
    owners: (): OwnerRow[] =>
      owners.all([]).map((row) => {
        const { kid, atMs, event, actor, detail } = rowOf(row)
        const { to } = (detail.message ?? {}) as { readonly to?: unknown }
        return { kid, owner: event === 'device/claimed' ? actor : String(to), atMs }
      }),
    /** Every rotation that took effect, in order. */
    successions: (): Succession[] =>
      ofEvent.all(['device/rotated']).map((row) => {
        const { kid, atMs, detail } = rowOf(row)
        return { kid, newKid: String(detail.newKid), atMs }
      }),
    /** Changes of all devices after row `after`, in order. */
    page: (after: number, limit: number): (HistoryRow & { readonly id: number })[] =>
      page.all([after, limit]).map((row) => ({ id: int(row, 'id'), ...rowOf(row) })),
  }
}
