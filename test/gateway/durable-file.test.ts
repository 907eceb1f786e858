import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeDurably } from '../../gateway/durable-file.ts'
import { limitFiles } from '../full-disk.ts'
import { testFolder } from './harness.ts'

describe('a file that is written durably', () => {
  it('is for this user alone unless asked otherwise', () => {
    const path = join(testFolder(), 'secret')
    writeDurably(path, 'one')
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['one', 0o600])
  })

  it('stays what it was, whole, where the disk is full in the middle of the new one', () => {
    const path = join(testFolder(), 'secret')
    writeDurably(path, 'the old one')
    limitFiles(5)
    expect(() => writeDurably(path, 'the new one')).toThrow()
    expect(readFileSync(path, 'utf8')).toBe('the old one')
    expect(existsSync(`${path}.new`)).toBe(false)
  })
})
