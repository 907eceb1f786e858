import { readFileSync } from 'node:fs'
import { writeDurably } from '../link/index.ts'
import type { Result } from '../protocol/index.ts'
import { fail, ok, uint32Max } from '../protocol/index.ts'

/**
 * Takes the next boot number, durable before it is used: a number never serves twice.
 * @param floor - the highest boot known from elsewhere (the outbox), so that a lost counter does not go back.
 */
export const takeBoot = (path: string, floor: number): Result<number> => {
  let last = floor
  try {
    const text = readFileSync(path, 'utf8')
    if (!/^[0-9]{1,10}\n$/.test(text)) return fail('boot/unreadable', path)
    last = Math.max(floor, Number(text))
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!absent) return fail('boot/unreadable', path)
  }
  const boot = last + 1
  if (boot > uint32Max) return fail('boot/unreadable', `${path}: no boot number is left`)
  try {
    writeDurably(path, `${boot}\n`)
  } catch (error) {
    return fail('device/unwritable', error instanceof Error ? error.message : String(error))
  }
  return ok(boot)
}
