import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { takeBoot } from '../../../device-sdk/node/boot-counter.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hexfix-boot-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const take = (floor = -1): number | string => {
  const boot = takeBoot(join(folder, 'boot'), floor)
  return boot.ok ? boot.value : boot.error.code
}

it('counts from 0, durable before it is used, and never gives a number twice', () => {
  expect([take(), take(), take()]).toEqual([0, 1, 2])
  expect(readFileSync(join(folder, 'boot'), 'utf8')).toBe('2\n')
})

it('goes past a boot that the outbox knows, where the file was lost', () => {
  expect(take(41)).toBe(42)
  expect(take(7)).toBe(43)
})

it.each(['', 'x\n', '-1\n', '12345678901\n', '1'])('refuses a damaged file (%j) and leaves it as it is', (content) => {
  writeFileSync(join(folder, 'boot'), content)
  expect(take()).toBe('boot/unreadable')
  expect(readFileSync(join(folder, 'boot'), 'utf8')).toBe(content)
})

it('refuses where no number is left', () => {
  writeFileSync(join(folder, 'boot'), `${2 ** 32 - 1}\n`)
  expect(take()).toBe('boot/unreadable')
})
