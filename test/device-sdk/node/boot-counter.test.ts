import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BootCounter } from '../../../device-sdk/node/boot-counter.ts'
import { openBootCounter } from '../../../device-sdk/node/boot-counter.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hexfix-boot-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const file = (): string => join(folder, 'boot')
const open = (floor = -1): BootCounter => {
  const counter = openBootCounter(file(), floor)
  if (!counter.ok) throw new Error(counter.error.code)
  return counter.value
}
const take = (floor = -1): number | string => {
  const counter = openBootCounter(file(), floor)
  return counter.ok ? counter.value.boot() : counter.error.code
}

describe('the boot counter', () => {
  it('counts from 0, durable before it is used, and never gives a number twice', () => {
    expect([take(), take(), take()]).toEqual([0, 1, 2])
    expect(readFileSync(file(), 'utf8')).toBe('2 -1\n')
  })

  it('goes past a boot that the outbox knows, where the file was lost', () => {
    expect(take(41)).toBe(42)
    expect(take(7)).toBe(43)
  })

  it.each(['', 'x\n', '-1 -1\n', '12345678901 0\n', '1 0', '1\n', '1 -2\n'])(
    'refuses a damaged file (%j) and leaves it as it is',
    (content) => {
      writeFileSync(file(), content)
      expect(take()).toBe('boot/unreadable')
      expect(readFileSync(file(), 'utf8')).toBe(content)
    },
  )

  it('refuses where no number is left', () => {
    writeFileSync(file(), `${2 ** 32 - 1} 5\n`)
    expect(take()).toBe('boot/unreadable')
  })

  it('numbers reports from 0 in every boot, and moves up only', () => {
    const counter = open()
    expect([counter.next(), counter.next()]).toEqual([
      { boot: 0, seq: 0 },
      { boot: 0, seq: 1 },
    ])
    counter.moveTo(9)
    expect(counter.next()).toEqual({ boot: 9, seq: 0 })
    expect(() => counter.moveTo(9)).toThrow()
    expect(() => counter.moveTo(2 ** 32)).toThrow()
    expect(take()).toBe(10)
  })

  it('remembers what was confirmed, over starts that were not', () => {
    const first = open()
    expect(first.confirmed()).toBe(-1)
    first.confirm()
    expect(first.confirmed()).toBe(0)
    open()
    const third = open()
    expect([third.boot(), third.confirmed()]).toEqual([2, 0])
    third.moveTo(8)
    third.confirm()
    expect([open().boot(), open().confirmed()]).toEqual([9, 8])
  })
})
