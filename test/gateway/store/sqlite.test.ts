import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSqlite } from '../../../gateway/store/sqlite.ts'
import { atEnd, testFolder } from '../harness.ts'

const openTest = () => {
  const sqlite = openSqlite(join(testFolder(), 'a.sqlite'))
  atEnd(sqlite.close)
  sqlite.exec('CREATE TABLE t (n INTEGER, b BLOB) STRICT')
  return sqlite
}

describe('the way to SQLite', () => {
  it.each([
    ['boolean', true],
    ['undefined', undefined],
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['bigint', 1n],
    ['object', {}],
  ])('binds no %s', (_name, value) => {
    const sqlite = openTest()
    const statement = sqlite.prepare('INSERT INTO t (n) VALUES (?)')
    for (const call of [statement.run, statement.get, statement.all]) {
      expect(() => call([value as number])).toThrow('cannot bind')
    }
    expect(sqlite.prepare('SELECT count(*) AS n FROM t').get([])?.n).toBe(0)
  })

  it('binds as many values as there are places for them, and never null in place of a forgotten one', () => {
    const statement = openTest().prepare('INSERT INTO t (n, b) VALUES (?, ?)')
    expect(() => statement.run([1])).toThrow('takes 2')
    expect(() => statement.run([1, null, 2])).toThrow('takes 2')
  })

  it('takes a blob as the only value', () => {
    const sqlite = openTest()
    sqlite.prepare('INSERT INTO t (b) VALUES (?)').run([new Uint8Array([1, 2, 3])])
    expect(sqlite.prepare('SELECT hex(b) AS n FROM t').get([])?.n).toBe('010203')
  })

  it('undoes all of a transaction that throws, and the next one works', () => {
    const sqlite = openTest()
    const insert = sqlite.prepare('INSERT INTO t (n) VALUES (?)')
    const failing = (): void => {
      insert.run([1])
      throw new Error('in the middle')
    }
    expect(() => sqlite.transaction(failing)).toThrow('in the middle')
    sqlite.transaction(() => insert.run([2]))
    expect(
      sqlite
        .prepare('SELECT n FROM t')
        .all([])
        .map((row) => row.n),
    ).toEqual([2])
  })

  it('writes nothing where it was opened to read', () => {
    const folder = testFolder()
    const writer = openSqlite(join(folder, 'a.sqlite'))
    atEnd(writer.close)
    writer.exec('CREATE TABLE t (n INTEGER) STRICT')
    const reader = openSqlite(join(folder, 'a.sqlite'), { readonly: true })
    atEnd(reader.close)
    expect(() => reader.exec('INSERT INTO t (n) VALUES (1)')).toThrow(/read-?only/i)
    expect(reader.prepare('SELECT count(*) AS n FROM t').get([])?.n).toBe(0)
  })
})
