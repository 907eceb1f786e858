import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../../../device-sdk/protocol/index.ts'
import { bytesOf } from '../fixtures.ts'

const faultOf = (bytes: Uint8Array): string => {
  const decoded = decode(bytes)
  if (decoded.ok) return 'accepted'
  expect(decoded.error.code).toBe('wire/malformed')
  return decoded.error.detail ?? ''
}

const refusals: Record<string, Record<string, string>> = {
  'not in shortest form': {
    '23 in two bytes': '1817',
    '0 in two bytes': '1800',
    '255 in three bytes': '1900ff',
    '65535 in five bytes': '1a0000ffff',
    '2^32 - 1 in nine bytes': '1b00000000ffffffff',
    '-24 in two bytes': '3817',
    '-256 in three bytes': '3900ff',
    '-65536 in five bytes': '3a0000ffff',
    '-2^32 in nine bytes': '3b00000000ffffffff',
    'a byte string of 1, length in two bytes': '580100',
    'a text of 1, length in three bytes': '79000161',
    'an array of 1, length in two bytes': '980100',
    'a map of 1, length in two bytes': 'b8010000',
  },
  'over 53 bits': {
    '2^53': '1b0020000000000000',
    '2^63': '1b8000000000000000',
    '2^64 - 1': '1bffffffffffffffff',
    '-2^53': '3b001fffffffffffff',
    '-2^53 - 1': '3b0020000000000000',
    '-2^64': '3bffffffffffffffff',
    'a byte string of 2^63': '5b8000000000000000',
    'a text of 2^63': '7b8000000000000000',
    'an array of 2^63': '9b8000000000000000',
    'a map of 2^63': 'bb8000000000000000',
  },
  truncated: {
    'nothing at all': '',
    'a head without its argument': '18',
    'a head with half of its argument': '1a0001',
    'a byte string of 2^32': '5b0000000100000000',
    'a text of 2^32': '7b0000000100000000',
    'an array of 2^32': '9b0000000100000000',
    'a map of 2^32': 'bb0000000100000000',
    'an array of 2^32 - 1': '9affffffff',
    'an array of 2 with one item': '8201',
    'a map whose last value is missing': 'a101',
    'a map of 2 with bytes for one and a half': 'a2010203',
    'a byte string one short': '4201',
    'a text one short': '6261',
    'half a half float': 'f93c',
    'half a double': 'fb40590000',
  },
  'indefinite length': {
    'an indefinite byte string': '5f4100ff',
    'an indefinite text': '7f6161ff',
    'an indefinite array': '9f01ff',
    'an indefinite map': 'bf0102ff',
    'an integer with additional information 31': '1f',
  },
  'reserved head': {
    'additional information 28': '1c',
    'additional information 29 of a text': '7d',
    'additional information 30 of an array': '9e',
  },
  'keys not sorted or not unique': {
    'a key twice': 'a201020103',
    'a text key twice': 'a2616101616102',
    '2 before 1': 'a202000100',
    '24 before 23': 'a21818001700',
    'text before integer': 'a26161000000',
    '-1 before 1': 'a220000100',
    '-2 before -1': 'a221002000',
    'b before a': 'a2616200616100',
    'aa before b': 'a262616100616200',
    'the third before the second': 'a3000002000100',
    'inside of a map': 'a100a201000000',
  },
  'a key is neither integer nor text': {
    'a key of bytes': 'a1410000',
    'a key that is an array': 'a18000',
    'a key that is a map': 'a1a000',
    'a key that is true': 'a1f500',
    'a key that is null': 'a1f600',
    'a key that is a float': 'a1f93e0000',
    'a tagged key': 'a1c10000',
  },
  'a tag': {
    'tag 0': 'c06161',
    'tag 18 inside': '81d28001',
    'a positive bignum': 'c249010000000000000000',
    'a negative bignum': 'c349010000000000000000',
    'tag 64, a typed array': 'd8404100',
    'a record of cbor-x': 'd9dfff8419406700000a',
    'tag 55799': 'd9d9f700',
  },
  'a simple value other than false, true and null': {
    undefined: 'f7',
    'simple 0': 'e0',
    'simple 19': 'f3',
    'simple 23 in two bytes': 'f817',
    'simple 32': 'f820',
    'simple 255': 'f8ff',
    'reserved 28': 'fc',
    'a break': 'ff',
    'a break inside': '8201ff',
  },
  'trailing bytes': {
    'one byte more': '0000',
    'a second item': '8001',
    'a break at the end': '80ff',
  },
}

describe('decode refuses', () => {
  for (const [fault, cases] of Object.entries(refusals)) {
    describe(fault, () => {
      it.each(Object.entries(cases))('%s (%s)', (_, hex) => expect(faultOf(bytesOf(hex))).toContain(fault))
    })
  }

  it('says where the first fault is', () => expect(faultOf(bytesOf('84010218ff18'))).toBe('truncated at byte 6'))
})

describe('the limits of decode', () => {
  it('takes every boundary of the shortest heads, and both ends of 53 bits', () => {
    for (const value of [23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1]) {
      expect(decode(encode(value))).toEqual({ ok: true, value })
      expect(decode(encode(-value))).toEqual({ ok: true, value: -value })
    }
    expect(decode(bytesOf('1b001fffffffffffff'))).toEqual({ ok: true, value: Number.MAX_SAFE_INTEGER })
    expect(decode(bytesOf('3b001ffffffffffffe'))).toEqual({ ok: true, value: Number.MIN_SAFE_INTEGER })
  })

  it.each([
    ['arrays', '81', '00'],
    ['maps', 'a100', '00'],
    ['empty arrays at the end', '81', '80'],
    ['empty maps at the end', '81', 'a0'],
  ])('takes a depth of 8 in %s and refuses 9', (_, open, inner) => {
    const levels = inner === '00' ? 8 : 7
    expect(faultOf(bytesOf(open.repeat(levels) + inner))).toBe('accepted')
    expect(faultOf(bytesOf(open.repeat(levels + 1) + inner))).toContain('nested too deep')
  })

  it('stands a nesting of a million levels', () => {
    expect(faultOf(new Uint8Array(1_000_000).fill(0x81))).toContain('nested too deep')
  })

  it('takes 65 536 items, the containers counted, and refuses one more', () => {
    const array = (length: number) => Uint8Array.from([0x9a, 0, length >> 16, (length >> 8) & 255, length & 255])
    const filled = (head: Uint8Array, count: number) => Buffer.concat([head, new Uint8Array(count)])
    const most = Buffer.concat([Uint8Array.from([0x99, 0xff, 0xff]), new Uint8Array(65_535)])
    expect(faultOf(most)).toBe('accepted')
    expect(faultOf(filled(array(65_536), 65_536))).toContain('too many items')
    expect(faultOf(filled(array(1_000_000), 1_000_000))).toContain('too many items')
  })

  it('counts keys as items', () => {
    const map = (pairs: number) => ({ entries: Array.from({ length: pairs }, (_, key) => [key, 0] as const) })
    expect(faultOf(encode([map(32_767)]))).toBe('accepted')
    expect(faultOf(encode([map(32_768)]))).toContain('too many items')
  })

  it('takes 1024 bytes of text and refuses 1025, keys included', () => {
    expect(faultOf(encode('a'.repeat(1024)))).toBe('accepted')
    expect(faultOf(encode('a'.repeat(1025)))).toContain('text too long')
    expect(faultOf(encode('\u00e9'.repeat(512)))).toBe('accepted')
    expect(faultOf(encode(`\u00e9${'a'.repeat(1023)}`))).toContain('text too long')
    expect(faultOf(encode({ entries: [['a'.repeat(1025), 0]] }))).toContain('text too long')
  })

  it('takes bytes of any length', () => expect(faultOf(encode(new Uint8Array(61_000)))).toBe('accepted'))
})
