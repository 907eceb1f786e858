import { readFileSync } from 'node:fs'
import { Point } from '@noble/secp256k1'
import { describe, expect, test } from 'vitest'
import { sha256 } from '../../../../device-sdk/signer/index.ts'
import { compilerVersion, compileSigner, flags } from '../../../../scripts/native/compile.ts'
import { combTable, knownAnswer } from '../../../../scripts/native/table.ts'
import { code, hex, table } from './fixtures.ts'

const native = new URL('../../../../device-sdk/espruino/native/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('manifest.json', native), 'utf8'))

describe('the checked-in bytes', () => {
  test('are those of the manifest, within 6 kB of code and 4 kB of table', () => {
    expect(manifest.code).toEqual({ bytes: code.length, sha256: hex(sha256(code)) })
    expect(manifest.table).toEqual({ bytes: table.length, sha256: hex(sha256(table)) })
    expect(code.length).toBeLessThanOrEqual(6144)
    expect(table.length).toBe(4096)
    expect(manifest.flags).toBe(flags.join(' '))
  })

  test('the table is what the script makes, and every entry is the sum of powers that it should be', () => {
    expect(hex(combTable())).toBe(hex(table))
    const littleEndian = (at: number): bigint => BigInt(`0x${hex(table.slice(at, at + 32).reverse())}`)
    for (let entry = 0; entry < 64; entry++) {
      const block = entry >> 4
      const scalar = [0, 1, 2, 3, 4].reduce((sum, tooth) => {
        const power = 1n << BigInt((block * 5 + tooth) * 13)
        return tooth === 4 || (entry >> tooth) & 1 ? sum + power : sum - power
      }, 0n)
      // Scalars of the highest block go past the group's order.
      const { x, y } = Point.BASE.multiply(scalar % Point.CURVE().n).toAffine()
      expect([littleEndian(entry * 64), littleEndian(entry * 64 + 32)], `entry ${entry}`).toEqual([x, y])
    }
  })

  test('the known answer in the source is that of the table', () => {
    const words = readFileSync(new URL('src/known-answer.inc', native), 'utf8').match(/[0-9a-f]{8}/g)
    expect(words?.join('')).toBe(hex(knownAnswer(table)))
  })
})

describe('the build', () => {
  const version = compilerVersion()
  const skip = version !== manifest.compiler
  const reason = `the bytes were built by ${manifest.compiler}, and here is ${version ?? 'no arm-none-eabi-gcc'}`
  if (skip) process.stderr.write(`not reproduced: ${reason}\n`)

  test.skipIf(skip)('gives the same bytes again', () => {
    expect(hex(compileSigner().code)).toBe(hex(code))
  })

  test.skipIf(version === undefined)('leaves no relocation, no data, no division and no jump table', () => {
    const { relocations, sections, disassembly } = compileSigner()
    expect(relocations).toBe('There are no relocations in this file.')
    expect(sections.match(/^\.\S+/gm)).toEqual(['.text'])
    // Division takes longer for some numbers than for others on a Cortex-M4.
    expect(disassembly).not.toMatch(/\b([su]div|tbb|tbh)\b/)
    expect(disassembly).toMatch(/\bumaal\b/)
  })
})
