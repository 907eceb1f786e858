import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readIntelHex } from '../../../firmware/toolchain/flash/intel-hex.ts'
import { noOptiboot } from '../../emulators/optiboot.ts'

const end = ':00000001FF'
const read = (...lines: string[]) => readIntelHex(lines.join('\n'), 256)

/** A record with its checksum. */
const record = (address: number, kind: number, data: readonly number[]): string => {
  const bytes = [data.length, address >> 8, address & 0xff, kind, ...data]
  const sum = bytes.reduce((total, byte) => total + byte, 0)
  return `:${Buffer.from([...bytes, -sum & 0xff])
    .toString('hex')
    .toUpperCase()}`
}

describe('an Intel HEX image', () => {
  it('gives its bytes from address 0, gaps erased', () => {
    expect(read(record(2, 0, [1, 2]), record(6, 0, [3]), end)).toEqual({
      ok: true,
      value: Uint8Array.of(0xff, 0xff, 1, 2, 0xff, 0xff, 3),
    })
    expect(read(record(0, 2, [0, 1]), record(1, 0, [9]), record(0, 3, [0, 0, 0, 0]), `${end}\r`)).toMatchObject({
      value: { length: 18 },
    })
    expect(read(record(0, 4, [0, 0]), record(0, 0, [9]), record(0, 5, [0, 0, 0, 0]), end)).toMatchObject({ ok: true })
  })

  it.each([
    ['a checksum', [record(0, 0, [1]), ':0100010001FE'], 'line 2: the checksum does not hold'],
    ['a count', [':0200000001FD', end], 'line 1: 2 bytes announced, 1 there'],
    ['no record', ['01', end], 'line 1: not a record of Intel HEX'],
    ['half a byte', [':0', end], 'line 1: not a record of Intel HEX'],
    ['a byte given twice', [record(0, 0, [1, 2]), record(1, 0, [2]), end], 'line 2: address 1 is given twice'],
    ['something after the end', [record(0, 0, [1]), end, end], 'line 3: a record after the end'],
    ['no end', [record(0, 0, [1])], 'no record of the end: the file is cut off'],
    ['no bytes', [end], 'there are no bytes in it'],
    ['an unknown type', [record(0, 6, []), end], 'line 1: a record of type 6'],
    ['a long end', [record(0, 1, [0])], 'line 1: a record of type 1'],
  ])('is refused for %s, with its line', (_, lines, detail) => {
    expect(read(...lines)).toEqual({ ok: false, error: { code: 'flash/bad-image', detail } })
  })

  it('is refused where it does not fit, before memory is taken for it', () => {
    expect(read(record(255, 0, [1]), end)).toMatchObject({ ok: true })
    expect(read(record(255, 0, [1, 2]), end)).toMatchObject({ error: { code: 'flash/too-large' } })
    expect(read(record(0, 4, [0xff, 0xff]), record(0, 0, [1]), end)).toMatchObject({
      error: { code: 'flash/too-large' },
    })
    expect(readIntelHex('\n'.repeat(1_000_000), 256)).toMatchObject({ error: { code: 'flash/too-large' } })
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.stringMatching(/^:[0-9A-F]{0,40}$/))), (lines) => {
        read(...lines)
      }),
    )
  })

  it.skipIf(noOptiboot !== null)(`is read as avr-objcopy reads it ${noOptiboot ?? ''}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'hexfix-hex-'))
    try {
      const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 31 + (i >> 8)) & 0xff)
      writeFileSync(join(folder, 'in'), bytes)
      execFileSync('avr-objcopy', ['-I', 'binary', '-O', 'ihex', join(folder, 'in'), join(folder, 'out')])
      const image = readIntelHex(readFileSync(join(folder, 'out'), 'utf8'), 70_000)
      expect(image.ok && Buffer.compare(image.value, bytes)).toBe(0)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
