import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStore, readStore } from '../../../gateway/store/index.ts'
import { besideStore, codeOf, must, openTestStore, testFolder } from '../harness.ts'

const tables = [
  'boots',
  'commands',
  'consumers',
  'consumption',
  'counts',
  'devices',
  'ends',
  'entropy',
  'epochs',
  'evidence',
  'history',
  'latest',
  'nonces',
  'relays',
  'releases',
  'reports',
  'rotations',
  'running',
  'schemas',
  'sessions',
  'shares',
  'updates',
  'verdicts',
]
/** As many as there are steps of migration. */
const version = 8

const setVersion = (folder: string, version: number): void =>
  besideStore(folder, (database) => database.exec(`PRAGMA user_version=${version}`))

describe('opening a store', () => {
  it('makes every table in an empty folder, and the folder itself for nobody else', () => {
    const folder = join(testFolder(), 'new', 'data')
    openTestStore(folder)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    besideStore(folder, (database) => {
      const rows = database.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name").all()
      const found = rows as { name: string; sql: string }[]
      expect(found.map(({ name }) => name)).toEqual(tables)
      for (const { sql } of found) expect(sql).toContain('STRICT')
      expect(database.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: version })
    })
  })

  it('changes nothing in a store of its own version', () => {
    const folder = testFolder()
    const first = must(openStore(folder))
    first.nonces.put(new Uint8Array(32), 'enrol', 0, 1_000, 9)
    first.close()
    const again = openTestStore(folder)
    expect(again.nonces.take(new Uint8Array(32), 'enrol', 500)).toBe(true)
  })

  it('refuses a store of a newer version, leaves it as it is, and lets go of the folder', () => {
    const folder = testFolder()
    must(openStore(folder)).close()
    setVersion(folder, 99)
    expect(codeOf(openStore(folder))).toBe('store/newer')
    expect(codeOf(readStore(folder))).toBe('store/newer')
    besideStore(folder, (database) =>
      expect(database.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: 99 }),
    )
    setVersion(folder, version)
    openTestStore(folder)
  })

  it('refuses a folder in which another gateway runs, until that one stops', () => {
    const folder = testFolder()
    const first = must(openStore(folder))
    expect(codeOf(openStore(folder))).toBe('store/locked')
    first.probe()
    first.close()
    openTestStore(folder)
  })

  it('refuses a file that is no database, leaves it as it is, and lets go of the folder', () => {
    const folder = testFolder()
    const text = 'this is not a database, and never was one'.repeat(40)
    writeFileSync(join(folder, 'store.sqlite'), text)
    expect(codeOf(openStore(folder))).toBe('store/unwritable')
    expect(statSync(join(folder, 'store.sqlite')).size).toBe(text.length)
    expect(codeOf(openStore(folder))).toBe('store/unwritable')
    expect(codeOf(readStore(folder))).toBe('store/unreadable')
  })

  it('refuses a path that cannot be a folder', () => {
    const folder = testFolder()
    writeFileSync(join(folder, 'file'), '')
    expect(codeOf(openStore(join(folder, 'file')))).toBe('store/unwritable')
    mkdirSync(join(folder, 'data', 'store.sqlite'), { recursive: true })
    expect(codeOf(openStore(join(folder, 'data')))).toBe('store/unwritable')
  })
})

describe('reading a store', () => {
  it('makes none where there is none', () => {
    const folder = testFolder()
    expect(codeOf(readStore(folder))).toBe('store/absent')
    expect(readdirSync(folder)).toEqual([])
  })

  it('works beside a running gateway, sees what that commits, and writes nothing', () => {
    const folder = testFolder()
    const store = openTestStore(folder)
    const reader = must(readStore(folder))
    store.nonces.put(new Uint8Array(32), 'enrol', 0, 1_000, 9)
    expect(() => reader.probe()).toThrow()
    expect(() => reader.nonces.take(new Uint8Array(32), 'enrol', 500)).toThrow()
    reader.close()
    expect(store.nonces.take(new Uint8Array(32), 'enrol', 500)).toBe(true)
  })
})
