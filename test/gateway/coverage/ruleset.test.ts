import { sha256 } from '@noble/hashes/sha2.js'
import { describe, expect, it } from 'vitest'
import { toHex } from '../../../device-sdk/protocol/index.ts'
import type { Ruleset } from '../../../gateway/coverage/index.ts'
import { firstCoverage, rulesetHash } from '../../../gateway/coverage/index.ts'

const hash = (ruleset: Ruleset): string => toHex(rulesetHash(ruleset, sha256))
const reversed = <T extends object>(value: T): T => Object.fromEntries(Object.entries(value).toReversed()) as T

describe('rulesetHash', () => {
  it('is fixed for the first ruleset: a changed constant is another ruleset and needs another name', () => {
    expect(firstCoverage.name).toBe('first-coverage-1')
    expect(hash(firstCoverage)).toBe('56c79c8d1d3ed0a6cf14ee84be34f778ef9cfb515227616be5cee6a63c16b7c2')
  })

  it('changes with every constant', () => {
    const { coverage, rewards } = firstCoverage
    const changed = [
      { ...firstCoverage, name: 'other' },
      ...Object.entries(coverage).map(([key, value]) => ({
        ...firstCoverage,
        coverage: { ...coverage, [key]: value + 1 },
      })),
      ...Object.entries(rewards).map(([key, value]) => ({
        ...firstCoverage,
        rewards: { ...rewards, [key]: value / 2 },
      })),
    ]
    expect(changed).toHaveLength(11)
    expect(new Set([firstCoverage, ...changed].map(hash)).size).toBe(12)
  })

  it('does not depend on the order of keys, and survives JSON', () => {
    const { name, coverage, rewards } = firstCoverage
    expect(hash({ rewards: reversed(rewards), coverage: reversed(coverage), name })).toBe(hash(firstCoverage))
    expect(hash(JSON.parse(JSON.stringify(firstCoverage)))).toBe(hash(firstCoverage))
  })
})
