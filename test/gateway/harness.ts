import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import { onTestFinished } from 'vitest'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { toHex } from '../../device-sdk/protocol/index.ts'
import { evmAddress } from '../../device-sdk/signer/index.ts'
import type { Registry } from '../../gateway/registry/index.ts'
import { openRegistry } from '../../gateway/registry/index.ts'
import type { Device, HistoryRow, Store } from '../../gateway/store/index.ts'
import { openStore } from '../../gateway/store/index.ts'
import { chooseVerifier } from '../../gateway/verifier/index.ts'
import type { TestKey } from './keys.ts'

/** Runs when the test ends, the last one first. */
export const atEnd = (cleanup: () => Promise<void> | void): void => onTestFinished(() => cleanup())

export const must = <T>(result: Result<T>): T => {
  if (result.ok) return result.value
  throw new Error(`${result.error.code}: ${result.error.detail ?? ''}`)
}

export const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.error.code)

export const testFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-test-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export const openTestStore = (folder = testFolder()): Store => {
  const store = must(openStore(folder))
  atEnd(store.close)
  return store
}

/** A second connection to the store's file, past every rule of the store. */
export const besideStore = (folder: string, work: (database: Libsql.Database) => void): void => {
  const database = new Libsql(join(folder, 'store.sqlite'))
  work(database)
  database.close()
}

/** SQLite itself refuses writes to a table until `mend` is called. */
export const breakTable = (folder: string, table: string, when: 'INSERT' | 'UPDATE' = 'INSERT'): { mend(): void } => {
  const broken = `CREATE TRIGGER broken BEFORE ${when} ON ${table} BEGIN SELECT RAISE(ABORT, 'the disk is gone'); END`
  besideStore(folder, (database) => database.exec(broken))
  return { mend: () => besideStore(folder, (database) => database.exec('DROP TRIGGER broken')) }
}

const { verifier } = await chooseVerifier()

/** The verifier that a gateway would choose here, with a count of what it was asked. */
export const countingVerifier = () => {
  const counted = {
    calls: 0,
    verify: (digest: Uint8Array, publicKey: Uint8Array, signature: Uint8Array): boolean => {
      counted.calls++
      return verifier.verify(digest, publicKey, signature)
    },
  }
  return counted
}

/** A store and a registry that knows these keys. */
export const openTestRegistry = (keys: readonly TestKey[], folder = testFolder()) => {
  const store = openTestStore(folder)
  const registry = openRegistry(store)
  registry.apply({ devices: keys.map(activeDevice), history: [] })
  return { folder, store, registry }
}

/** A device of the host that has reported already. */
const activeDevice = ({ kid, name, signer: { publicKey } }: TestKey): Device => {
  const none = { owner: null, rotatedTo: null, pendingUntilMs: null, place: null }
  return { kid, publicKey, address: evmAddress(publicKey), name, status: 'active', enrolledMs: 0, ...none }
}

/** Changes a device past every rule but those of the store. */
export const changeDevice = (registry: Registry, kid: string, change: Partial<Device>, atMs = 0): void => {
  const device = registry.get(kid)
  if (device === null) throw new Error(`no device ${kid}`)
  const row = { atMs, kid, actor: 'admin', digest: null, signatures: [] } as const
  const { place, rotatedTo } = change
  const history: HistoryRow[] = []
  if (place) history.push({ ...row, event: 'device/placed', detail: { place } })
  if (change.owner) {
    history.push({ ...row, actor: `0x${toHex(change.owner)}`, event: 'device/claimed', detail: {} })
  }
  if (rotatedTo) history.push({ ...row, event: 'device/rotated', detail: { newKid: rotatedTo } })
  registry.apply({ devices: [{ ...device, ...change }], history })
}
