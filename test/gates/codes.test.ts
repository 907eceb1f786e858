import { describe, expect, it } from 'vitest'
import { codes } from '../../device-sdk/protocol/codes.ts'
import { codesPage } from '../../scripts/codes-page.ts'
import { isSource, listFiles, readText } from './files.ts'

type Entry = { readonly wire?: number; readonly meaning: string; readonly next: string }

const entries: readonly (readonly [string, Entry])[] = Object.entries(codes)
const registry = 'device-sdk/protocol/codes.ts'

/** The names that no text says in quotes. */
const unusedIn = (names: readonly string[], texts: readonly string[]): string[] =>
  names.filter((name) => !texts.some((text) => text.includes(`'${name}'`)))

describe('the registry of codes', () => {
  it('is used: every code stands in a source file', () => {
    const texts = listFiles()
      .filter((path) => isSource(path) && path !== registry)
      .map(readText)
    const names = entries.map(([name]) => name)
    expect(unusedIn(names, texts)).toEqual([])
    expect(unusedIn([...names, 'planted/unused'], texts)).toEqual(['planted/unused'])
  })

  it('is documented: docs/codes.md is what `npm run codes` writes', () => {
    expect(readText('docs/codes.md')).toBe(codesPage())
  })

  it('uses no wire number twice', () => {
    const numbers = entries.flatMap(([, { wire }]) => (wire === undefined ? [] : [wire]))
    expect(numbers.filter((wire, i) => numbers.indexOf(wire) !== i)).toEqual([])
    expect(numbers.every((wire) => Number.isInteger(wire) && wire >= 0)).toBe(true)
  })

  it('names each code area/reason, but for the one that is no fault', () => {
    const odd = entries
      .map(([name]) => name)
      .filter((name) => !/^[a-z][a-z0-9]*\/[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    expect(odd).toEqual(['accepted'])
  })

  it('says what happened and what to do in sentences', () => {
    const odd = entries.filter(([, { meaning, next }]) => !/^[A-Z`].*\.$/.test(meaning) || !/^[A-Z`].*\.$/.test(next))
    expect(odd).toEqual([])
  })
})
