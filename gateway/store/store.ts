import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import type { CommandTable } from './command-table.ts'
import { commandTable } from './command-table.ts'
import { pageBytesFor } from './commit-delay.ts'
import type { ConsumptionTable } from './consumption-table.ts'
import { consumptionTable } from './consumption-table.ts'
import type { DeviceTable } from './device-table.ts'
import { deviceTable } from './device-table.ts'
import type { EntropyTable } from './entropy-table.ts'
import { entropyTable } from './entropy-table.ts'
import type { EpochTable } from './epoch-table.ts'
import { epochTable } from './epoch-table.ts'
import type { GapTable } from './gap-table.ts'
import { gapTable } from './gap-table.ts'
import type { HistoryTable } from './history-table.ts'
import { historyTable } from './history-table.ts'
import type { LogTable } from './log-table.ts'
import { logTable } from './log-table.ts'
import { migrate, schemaVersion, versionOf } from './migrations.ts'
import type { NonceTable } from './nonce-table.ts'
import { nonceTable } from './nonce-table.ts'
import type { RelayTable } from './relay-table.ts'
import { relayTable } from './relay-table.ts'
import type { ReleaseTable } from './release-table.ts'
import { releaseTable } from './release-table.ts'
import type { RotationTable } from './rotation-table.ts'
import { rotationTable } from './rotation-table.ts'
import type { SchemaTable } from './schema-table.ts'
import { schemaTable } from './schema-table.ts'
import type { SessionTable } from './session-table.ts'
import { sessionTable } from './session-table.ts'
import type { Sqlite } from './sqlite.ts'
import { openSqlite } from './sqlite.ts'
import type { UpdateTable } from './update-table.ts'
import { updateTable } from './update-table.ts'

export type Store = {
  readonly name: string
  readonly devices: DeviceTable
  readonly nonces: NonceTable
  readonly rotations: RotationTable
  readonly history: HistoryTable
  readonly log: LogTable
  readonly gaps: GapTable
  readonly epochs: EpochTable
  readonly consumption: ConsumptionTable
  readonly schemas: SchemaTable
  readonly sessions: SessionTable
  readonly relays: RelayTable
  readonly commands: CommandTable
  readonly releases: ReleaseTable
  readonly updates: UpdateTable
  /** All that `work` writes, or nothing of it. Not to be nested. */
  atomically<T>(work: () => T): T
  readonly entropy: EntropyTable
  /** Proves that the store takes writes now. Throws when it does not. */
  probe(): void
  close(): void
}

const storeFile = 'store.sqlite'
const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Held for the life of a gateway and released by the kernel when it dies: two gateways never share one folder. */
const lock = (folder: string): Result<Sqlite> => {
  const sqlite = openSqlite(join(folder, 'lock.sqlite'))
  try {
    sqlite.exec('PRAGMA busy_timeout=0')
    sqlite.exec('BEGIN EXCLUSIVE')
    return ok(sqlite)
  } catch {
    sqlite.close()
    return fail('store/locked', `another gateway runs on ${folder}`)
  }
}

const deviceTables = (sqlite: Sqlite): Pick<Store, 'devices' | 'nonces' | 'rotations' | 'history' | 'log'> => {
  const devices = deviceTable(sqlite)
  const history = historyTable(sqlite)
  const log = logTable(sqlite, (first) => {
    devices.activate(first.kid)
    history.add(first)
  })
  return { devices, nonces: nonceTable(sqlite), rotations: rotationTable(sqlite), history, log }
}

const opened = (sqlite: Sqlite, release: () => void): Store => ({
  name: 'sqlite',
  ...deviceTables(sqlite),
  gaps: gapTable(sqlite),
  epochs: epochTable(sqlite),
  consumption: consumptionTable(sqlite),
  schemas: schemaTable(sqlite),
  sessions: sessionTable(sqlite),
  relays: relayTable(sqlite),
  commands: commandTable(sqlite),
  releases: releaseTable(sqlite),
  updates: updateTable(sqlite),
  atomically: sqlite.transaction,
  entropy: entropyTable(sqlite),
  // Writes a page and waits for the disk: a statement that changes no row would pass on a full one.
  probe: () => sqlite.exec(`PRAGMA user_version=${schemaVersion}`),
  close: () => {
    sqlite.close()
    release()
  },
})

const otherVersion = (sqlite: Sqlite): Result<never> =>
  fail('store/newer', `version ${versionOf(sqlite)}, this program knows ${schemaVersion}`)

/** Opens and brings up to date; what fails is closed again. */
const openMigrated = (path: string, pageBytes: number): Result<Sqlite> => {
  const sqlite = openSqlite(path, { pageBytes })
  try {
    const newer = versionOf(sqlite) > schemaVersion ? otherVersion(sqlite) : null
    if (newer === null) migrate(sqlite)
    else sqlite.close()
    return newer ?? ok(sqlite)
  } catch (error) {
    sqlite.close()
    throw error
  }
}

/** Opens the gateway's store in `folder`, made 0700 where it is absent. Refuses a folder in use and a store of a newer version. */
export const openStore = (folder: string, pageBytes = pageBytesFor(folder)): Result<Store> => {
  let release = (): void => {}
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const held = lock(folder)
    if (!held.ok) return held
    release = held.value.close
    const sqlite = openMigrated(join(folder, storeFile), pageBytes)
    if (sqlite.ok) return ok(opened(sqlite.value, release))
    release()
    return sqlite
  } catch (error) {
    release()
    return fail('store/unwritable', `${folder}: ${reason(error)}`)
  }
}

/** Opens a store to read it, beside a running gateway or without one. */
export const readStore = (folder: string): Result<Store> => {
  const path = join(folder, storeFile)
  if (!existsSync(path)) return fail('store/absent', path)
  try {
    const sqlite = openSqlite(path, { readonly: true })
    if (versionOf(sqlite) === schemaVersion) return ok(opened(sqlite, () => {}))
    const other = otherVersion(sqlite)
    sqlite.close()
    return other
  } catch (error) {
    return fail('store/unreadable', `${path}: ${reason(error)}`)
  }
}
