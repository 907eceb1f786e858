import type { Row, Sqlite } from './sqlite.ts'
import { blob, int, intOrNull, text, textOrNull } from './sqlite.ts'

/** An asserted place: the H3 cell of resolution 12, its centre in 1e-7 degrees, antenna gain in 0.1 dBi, altitude in 0.1 m. */
export type AssertedPlace = {
  readonly cell: string
  readonly latE7: number
  readonly lngE7: number
  readonly gainDdbi: number
  readonly altitudeDm: number | null
}

/** `pending` until the first accepted report, `lapsed` where none came in time; `rotated` and `revoked` are for good. */
export type DeviceStatus = 'pending' | 'active' | 'lapsed' | 'rotated' | 'revoked'

export type Device = {
  readonly kid: string
  readonly publicKey: Uint8Array
  /** EVM address of the key, 20 bytes. */
  readonly address: Uint8Array
  readonly name: string | null
  readonly status: DeviceStatus
  readonly enrolledMs: number
  /** When a pending registration lapses; null in every other status. */
  readonly pendingUntilMs: number | null
  /** EVM address, 20 bytes; null where the host registered the device for itself. */
  readonly owner: Uint8Array | null
  /** The kid of the key that took its place. */
  readonly rotatedTo: string | null
  readonly place: AssertedPlace | null
}

const placeOf = (row: Row): AssertedPlace | null => {
  const cell = textOrNull(row, 'cell')
  if (cell === null) return null
  const gainDdbi = intOrNull(row, 'gain_ddbi') ?? 0
  const altitudeDm = intOrNull(row, 'altitude_dm')
  return { cell, latE7: int(row, 'lat_e7'), lngE7: int(row, 'lng_e7'), gainDdbi, altitudeDm }
}

const deviceOf = (row: Row): Device => ({
  kid: text(row, 'kid'),
  publicKey: blob(row, 'public_key'),
  address: blob(row, 'address'),
  name: textOrNull(row, 'name'),
  status: text(row, 'status') as DeviceStatus,
  enrolledMs: int(row, 'enrolled_ms'),
  pendingUntilMs: intOrNull(row, 'pending_until_ms'),
  owner: row.owner === null ? null : blob(row, 'owner'),
  rotatedTo: textOrNull(row, 'rotated_to'),
  place: placeOf(row),
})

const columns = [
  'public_key',
  'address',
  'name',
  'status',
  'enrolled_ms',
  'pending_until_ms',
  'owner',
  'rotated_to',
  'cell',
  'lat_e7',
  'lng_e7',
  'gain_ddbi',
  'altitude_dm',
]

export type DeviceTable = ReturnType<typeof deviceTable>

export const deviceTable = (sqlite: Sqlite) => {
  const all = sqlite.prepare('SELECT * FROM devices ORDER BY enrolled_ms, kid')
  const put = sqlite.prepare(
    `INSERT INTO devices (kid, ${columns.join(', ')}) VALUES (?${', ?'.repeat(columns.length)})
    ON CONFLICT (kid) DO UPDATE SET ${columns.map((name) => `${name} = excluded.${name}`).join(', ')}`,
  )
  const activate = sqlite.prepare(
    "UPDATE devices SET status = 'active', pending_until_ms = NULL WHERE kid = ? AND status = 'pending'",
  )
  const advance = sqlite.prepare(
    'UPDATE devices SET connect_boot = ?, connect_n = ? WHERE kid = ? AND (connect_boot < ? OR (connect_boot = ? AND connect_n < ?))',
  )
  const connectBoot = sqlite.prepare('SELECT connect_boot AS boot FROM devices WHERE kid = ?')
  return {
    all: (): Device[] => all.all([]).map(deviceOf),
    /** Writes a device as it is now. Throws where that would bring a revoked or rotated key back. */
    put: (device: Device): void => {
      const { kid, publicKey, address, name, status, enrolledMs, pendingUntilMs, owner, rotatedTo, place } = device
      const { cell = null, latE7 = null, lngE7 = null, gainDdbi = null, altitudeDm = null } = place ?? {}
      const where = [cell, latE7, lngE7, gainDdbi, altitudeDm]
      put.run([kid, publicKey, address, name, status, enrolledMs, pendingUntilMs, owner, rotatedTo, ...where])
    },
    activate: (kid: string): void => {
      activate.run([kid])
    },
    /** Raises (boot, n) in one atomic statement. @returns false where it does not rise. */
    advanceConnect: (kid: string, boot: number, n: number): boolean =>
      advance.run([boot, n, kid, boot, boot, n]).changes === 1,
    /** The boot of the last connect token that was taken; -1 where there was none. */
    connectBoot: (kid: string): number => int(connectBoot.get([kid]) ?? { boot: -1 }, 'boot'),
  }
}
