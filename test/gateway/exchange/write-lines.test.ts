import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openLines } from '../../../gateway/exchange/index.ts'
import { testFolder } from '../harness.ts'

describe('the result of a verification', () => {
  const many = Array.from({ length: 2_000 }, (_, n) => ({ n }))
  const whole = `${many.map((line) => JSON.stringify(line)).join('\n')}\n`

  it('takes its place when it is whole, and leaves what stood there until then', () => {
    const folder = testFolder()
    const path = join(folder, 'verdicts.ndjson')
    writeFileSync(path, 'before')
    const lines = openLines(path)
    for (const line of many) lines.write(line)
    expect(readFileSync(path, 'utf8')).toBe('before')
    lines.keep()
    lines.drop()
    expect(readFileSync(path, 'utf8')).toBe(whole)
    expect(readdirSync(folder)).toEqual(['verdicts.ndjson'])
  })

  it('is nowhere, not by half, where the run did not end', () => {
    const folder = testFolder()
    const [old, none] = [join(folder, 'old'), join(folder, 'none')]
    writeFileSync(old, 'before')
    for (const path of [old, none]) {
      const lines = openLines(path)
      for (const line of many) lines.write(line)
      lines.drop()
    }
    expect(readFileSync(old, 'utf8')).toBe('before')
    expect(existsSync(none)).toBe(false)
    expect(readdirSync(folder)).toEqual(['old'])
  })

  it('goes where a link points, and into what is no file as it comes', () => {
    const folder = testFolder()
    const [file, link] = [join(folder, 'file'), join(folder, 'link')]
    writeFileSync(file, 'before')
    symlinkSync(file, link)
    const lines = openLines(link)
    lines.write({ n: 1 })
    lines.keep()
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(readFileSync(file, 'utf8')).toBe('{"n":1}\n')
    const nothing = openLines('/dev/null')
    nothing.write({ n: 1 })
    nothing.keep()
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true)
    const full = openLines('/dev/full')
    full.write({ n: 1 })
    expect(full.keep).toThrow('ENOSPC')
    full.drop()
  })
})
