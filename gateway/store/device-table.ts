import { toHex } from '../../device-sdk/protocol/index.ts'
import type { Row, Sqlite } from './sqlite.ts'
import { blob, int, intOrNull, text, textOrNull } from './sqlite.ts'

/** An asserted place: the H3 cell of resolution 12, its centre in 1e-7 degrees, antenna gain in 0.1 dBi. */
export type AssertedPlace = {
  readonly cell: string
  readonly latE7: number
  readonly lngE7: number
  readonly gainDdbi: number
}

export type Device = {
  readonly kid: string
  readonly publicKey: Uint8Array
  /** EVM address of the key, 20 bytes. */
  readonly address: Uint8Array
  readonly name: string | null
  readonly status: 'active' | 'revoked'
  readonly enrolledMs: number
  readonly place: AssertedPlace | null
}

const placeOf = (row: Row): AssertedPlace | null => {
  const cell = textOrNull(row, 'cell')
  if (cell === null) return null
  return { cell, latE7: int(row, 'lat_e7'), lngE7: int(row, 'lng_e7'), gainDdbi: intOrNull(row, 'gain_ddbi') ?? 0 }
}

const deviceOf = (row: Row): Device => ({
  kid: text(row, 'kid'),
  publicKey: blob(row, 'public_key'),
  address: blob(row, 'address'),
  name: textOrNull(row, 'name'),
  status: text(row, 'status') === 'active' ? 'active' : 'revoked',
  enrolledMs: int(row, 'enrolled_ms'),
  place: placeOf(row),
})

export type DeviceTable = ReturnType<typeof deviceTable>

export const deviceTable = (sqlite: Sqlite) => {
  const all = sqlite.prepare('SELECT * FROM devices ORDER BY enrolled_ms, kid')
  const insert = sqlite.prepare(
    "INSERT INTO devices (kid, public_key, address, name, status, enrolled_ms) VALUES (?, ?, ?, ?, 'active', ?) ON CONFLICT DO NOTHING",
  )
  const revoke = sqlite.prepare("UPDATE devices SET status = 'revoked' WHERE kid = ?")
  const place = sqlite.prepare('UPDATE devices SET cell = ?, lat_e7 = ?, lng_e7 = ?, gain_ddbi = ? WHERE kid = ?')
  const advance = sqlite.prepare(
    'UPDATE devices SET connect_boot = ?, connect_n = ? WHERE kid = ? AND (connect_boot < ? OR (connect_boot = ? AND connect_n < ?))',
  )
  const connectBoot = sqlite.prepare('SELECT connect_boot AS boot FROM devices WHERE kid = ?')
  const putNonce = sqlite.prepare('INSERT INTO nonces (nonce, expires_ms) VALUES (?, ?)')
  const takeNonce = sqlite.prepare('DELETE FROM nonces WHERE nonce = ? AND expires_ms >= ?')
  const dropNonces = sqlite.prepare('DELETE FROM nonces WHERE expires_ms < ?')
  return {
    all: (): Device[] => all.all([]).map(deviceOf),
    /** @returns false where the kid is taken. */
    insert: (device: Omit<Device, 'status' | 'place'>): boolean =>
      insert.run([device.kid, device.publicKey, device.address, device.name, device.enrolledMs]).changes === 1,
    revoke: (kid: string): void => {
      revoke.run([kid])
    },
    place: (kid: string, at: AssertedPlace): void => {
      place.run([at.cell, at.latE7, at.lngE7, at.gainDdbi, kid])
    },
    /** Raises (boot, n) in one atomic statement. @returns false where it does not rise. */
    advanceConnect: (kid: string, boot: number, n: number): boolean =>
      advance.run([boot, n, kid, boot, boot, n]).changes === 1,
    /** The boot of the last connect token that was taken; -1 where there was none. */
    connectBoot: (kid: string): number => int(connectBoot.get([kid]) ?? { boot: -1 }, 'boot'),
    putNonce: (nonce: Uint8Array, nowMs: number, expiresMs: number): void => {
      dropNonces.run([nowMs])
      putNonce.run([toHex(nonce), expiresMs])
    },
    /** Uses a nonce up. @returns false where it was never given, was used, or expired. */
    takeNonce: (nonce: Uint8Array, nowMs: number): boolean => takeNonce.run([toHex(nonce), nowMs]).changes === 1,
  }
}
