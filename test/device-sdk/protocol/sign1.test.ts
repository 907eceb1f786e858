import { deepStrictEqual } from 'node:assert/strict'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, messageBytesMax, readSign1, writeCompact, writeTagged } from '../../../device-sdk/protocol/index.ts'
import { bytesOf, hexOf, load } from './fixtures.ts'

const zeros = (count: number): Uint8Array => new Uint8Array(count)
const kid = bytesOf('0102030405060708')
const signature = zeros(64).fill(0x55)
const message = (payload: Uint8Array, of: Uint8Array | null = kid) => ({ kid: of, payload, signature })

const codeOf = (bytes: Uint8Array): string => {
  const read = readSign1(bytes)
  return read.ok ? 'accepted' : read.error.code
}

describe('a tagged message', () => {
  it('comes back with kid, payload and signature, and has one form', () => {
    const payload = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(0, 23, 24, 255, 256, 5000).map(zeros))
    const header = fc.option(fc.uint8Array({ minLength: 8, maxLength: 8 }))
    fc.assert(
      fc.property(payload, header, fc.uint8Array({ minLength: 64, maxLength: 64 }), (body, of, signed) => {
        const whole = { kid: of, payload: body, signature: signed }
        deepStrictEqual(readSign1(writeTagged(whole)), { ok: true, value: whole })
      }),
      { numRuns: 500 },
    )
  })

  it('is 18([h"a101382e", {4: kid}, payload, signature])', () => {
    const rest = `430102035840${'55'.repeat(64)}`
    expect(hexOf(writeTagged(message(bytesOf('010203'))))).toBe(`d28444a101382ea104480102030405060708${rest}`)
    expect(hexOf(writeTagged(message(bytesOf('010203'), null)))).toBe(`d28444a101382ea0${rest}`)
  })

  const opening = 'd28444a101382e'
  const header = `${opening}a104480102030405060708`
  const end = `5840${'55'.repeat(64)}`
  it.each([
    ['nothing', ''],
    ['the tag alone', 'd2'],
    ['the opening alone', opening],
    ['no payload', `${header}${end}`],
    ['no signature', `${header}43010203`],
    ['tag 17 (COSE_Mac0)', `d1${header.slice(2)}43010203${end}`],
    ['tag 18 in two bytes', `d812${header.slice(2)}43010203${end}`],
    ['tag 98 (COSE_Sign)', `d862${header.slice(2)}43010203${end}`],
    ['the self-described tag in front', `d9d9f7${header}43010203${end}`],
    ['an array of 3', `d28344a101382ea043010203${end}`],
    ['an indefinite array', `d29f44a101382ea043010203${end}ff`],
    ['ES256', `d28443a10126a043010203${end}`],
    ['an empty protected header', `d28440a043010203${end}`],
    ['the algorithm in the unprotected header', `d28440a101382e43010203${end}`],
    ['a protected header in a longer form', `d2845804a101382ea043010203${end}`],
    ['a kid of 7 bytes', `${opening}a104470102030405060743010203${end}`],
    ['a kid of 9 bytes', `${opening}a1044901020304050607080943010203${end}`],
    ['a kid of text', `${opening}a1046830313233343536373843010203${end}`],
    ['kid and one thing more', `${opening}a204480102030405060708054043010203${end}`],
    ['another label', `${opening}a10548010203040506070843010203${end}`],
    ['an unprotected header that is null', `${opening}f643010203${end}`],
    ['a payload that is null (detached)', `${header}f6${end}`],
    ['a payload of text', `${header}63010203${end}`],
    ['a payload one byte too long', `${header}44010203${end}`],
    ['a payload one byte too short', `${header}42010203${end}`],
    ['a payload head in two bytes', `${header}5803010203${end}`],
    ['a payload head in three bytes', `${header}590003010203${end}`],
    ['a payload head in five bytes', `${header}5a00000003010203${end}`],
    ['255 bytes with a head of three', `${header}5900ff${'00'.repeat(255)}${end}`],
    ['an indefinite payload', `${header}5f43010203ff${end}`],
    ['a signature of 63 bytes', `${header}43010203583f${'55'.repeat(63)}`],
    ['a signature of 65 bytes', `${header}430102035841${'55'.repeat(65)}`],
    ['a signature head in three bytes', `${header}43010203590040${'55'.repeat(64)}`],
    ['a byte after the signature', `${header}43010203${end}00`],
    ['a break after the signature', `${header}43010203${end}ff`],
  ])('with %s is refused', (_, hex) => expect(codeOf(bytesOf(hex))).toBe('wire/malformed'))

  it('is refused when it is cut anywhere', () => {
    const whole = writeTagged(message(zeros(300)))
    for (let end = 0; end < whole.length; end++) {
      if (codeOf(whole.subarray(0, end)) !== 'wire/malformed') expect.fail(`accepted ${end} bytes`)
    }
  })

  it('never makes the reader throw, and what is read writes the same bytes', () => {
    const around = fc.tuple(fc.constantFrom(opening, header, `${header}43`, ''), fc.uint8Array({ maxLength: 120 }))
    fc.assert(
      fc.property(around, ([start, rest]) => {
        const bytes = bytesOf(start + hexOf(rest))
        const read = readSign1(bytes)
        if (!read.ok) return
        expect(hexOf(bytes[0] === 0xd2 ? writeTagged(read.value) : writeCompact(read.value))).toBe(hexOf(bytes))
      }),
      { numRuns: 3000 },
    )
  })
})

describe('a compact message', () => {
  it('is payload and signature, without a kid', () => {
    const bytes = writeCompact(message(bytesOf('8101')))
    expect(hexOf(bytes)).toBe(`8101${'55'.repeat(64)}`)
    expect(readSign1(bytes)).toEqual({ ok: true, value: message(bytesOf('8101'), null) })
  })

  it('begins with 0x81 to 0x97 or 0xa0 to 0xb7, and with nothing else', () => {
    const taken: number[] = []
    for (let first = 0; first < 256; first++)
      if (codeOf(Uint8Array.from([first, ...zeros(200)])) === 'accepted') taken.push(first)
    const arrays = Array.from({ length: 0x17 }, (_, i) => 0x81 + i)
    const maps = Array.from({ length: 0x18 }, (_, i) => 0xa0 + i)
    expect(taken).toEqual([...arrays, ...maps])
  })

  it('has a payload of one byte at least', () => {
    expect(codeOf(Uint8Array.from([0x81, ...zeros(64)]))).toBe('accepted')
    expect(codeOf(Uint8Array.from([0x81, ...zeros(63)]))).toBe('wire/malformed')
    expect(codeOf(Uint8Array.from([0x81]))).toBe('wire/malformed')
  })

  it('is what a message without its tag is taken for, and then its payload is no CBOR', () => {
    for (const { cose } of load('wire_examples').messages) {
      const read = readSign1(bytesOf(cose.slice(2)))
      expect(read.ok && decode(read.value.payload)).toMatchObject({ ok: false, error: { code: 'wire/malformed' } })
    }
  })

  it('gives the tagged message back byte for byte, once the kid is known', () => {
    const { messages, kid: of } = load('wire_examples')
    for (const { compact, cose } of messages) {
      const read = readSign1(bytesOf(compact))
      expect(read.ok && hexOf(writeTagged({ ...read.value, kid: bytesOf(of) }))).toBe(cose)
    }
  })
})

describe('the size of a message', () => {
  const tagged = (size: number): Uint8Array => writeTagged(message(zeros(size - 87)))
  const compact = (size: number): Uint8Array => writeCompact(message(zeros(size - 64).fill(0x81)))

  it('is at most 61 440 bytes', () => {
    expect(messageBytesMax).toBe(61_440)
    for (const make of [tagged, compact]) {
      expect(make(61_440)).toHaveLength(61_440)
      expect(codeOf(make(61_440))).toBe('accepted')
      expect(codeOf(make(61_441))).toBe('wire/too-large')
    }
  })

  it('is judged before its form', () => expect(codeOf(zeros(61_441))).toBe('wire/too-large'))
})
