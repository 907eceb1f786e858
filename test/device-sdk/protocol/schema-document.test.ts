import { describe, expect, it } from 'vitest'
import type { CborValue } from '../../../device-sdk/protocol/index.ts'
import {
  encode,
  encodeSchemaDocument,
  readSchema,
  readSchemaDocument,
  signSchema,
  verifySchema,
} from '../../../device-sdk/protocol/index.ts'
import { nobleSigner, nobleVerify } from '../../../device-sdk/signer/index.ts'
import { hexOf, sha256 } from './fixtures.ts'

const gateway = nobleSigner(new Uint8Array(32).fill(0x3f))
const fields = [
  ['moisture', '%', -1],
  ['pressure', 'Pa', 0, 100_000],
] as const
const soil = { id: 1024, name: 'soil', fields }
const codeOf = (result: { ok: boolean; error?: { code: string } }): string => result.error?.code ?? 'ok'

describe('a schema document', () => {
  it('is deterministic CBOR of label, id, name and fields', () => {
    const document = encodeSchemaDocument(soil)
    expect(hexOf(document)).toBe(hexOf(encode(['hexfix-schema', 1024, 'soil', fields as unknown as CborValue])))
    expect(readSchemaDocument(document)).toEqual({ ok: true, value: soil })
  })

  it.each<[string, unknown[]]>([
    ['the id of a standard schema', [1023, 'soil', fields]],
    ['an id over 32 bits', [2 ** 32, 'soil', fields]],
    ['an id of text', ['1024', 'soil', fields]],
    ['no name', [1024, '', fields]],
    ['a name with a space', [1024, 'my soil', fields]],
    ['a name of 65 characters', [1024, 'a'.repeat(65), fields]],
    ['no fields', [1024, 'soil', []]],
    ['33 fields', [1024, 'soil', Array.from({ length: 33 }, (_, i) => [`f${i}`, 'm', 0])]],
    ['fields that are no list', [1024, 'soil', { length: 1 }]],
    [
      'one name twice',
      [
        1024,
        'soil',
        [
          ['a', 'm', 0],
          ['a', 's', 0],
        ],
      ],
    ],
    ['a field without exponent', [1024, 'soil', [['a', 'm']]]],
    ['a field of five parts', [1024, 'soil', [['a', 'm', 0, 1, 1]]]],
    ['a unit of nothing', [1024, 'soil', [['a', '', 0]]]],
    ['a unit of 33 characters', [1024, 'soil', [['a', 'm'.repeat(33), 0]]]],
    ['an exponent of 10', [1024, 'soil', [['a', 'm', 10]]]],
    ['an exponent of -10', [1024, 'soil', [['a', 'm', -10]]]],
    ['an exponent that is no integer', [1024, 'soil', [['a', 'm', 0.5]]]],
    ['an offset of 0, which has another encoding', [1024, 'soil', [['a', 'm', 0, 0]]]],
    ['an offset that is no integer', [1024, 'soil', [['a', 'm', 0, 1.5]]]],
  ])('is not made from %s', (_, [id, name, list]) => {
    expect(codeOf(readSchema(id, name, list))).toBe('schema/malformed')
  })

  it('takes ids, exponents and counts up to their limits', () => {
    const most = Array.from({ length: 32 }, (_, i) => [`f${i}`, 'm'.repeat(32), i % 2 === 0 ? 9 : -9])
    expect(codeOf(readSchema(2 ** 32 - 1, 'a'.repeat(64), most))).toBe('ok')
  })

  it.each<[string, CborValue]>([
    ['another label', ['hexfix-schemas', 1024, 'soil', [['a', 'm', 0]]]],
    ['three parts', ['hexfix-schema', 1024, 'soil']],
    ['no list', 1],
  ])('is not read from %s', (_, value) => {
    expect(codeOf(readSchemaDocument(encode(value)))).toBe('schema/malformed')
  })

  it('holds for the key and the network that it was signed for, byte for byte', () => {
    const signed = signSchema(soil, 1, sha256, gateway.sign)
    const verify = (change: Partial<typeof signed>, net = 1, key = gateway.publicKey) =>
      verifySchema({ ...signed, ...change }, net, key, sha256, nobleVerify)
    expect(verify({})).toEqual({ ok: true, value: soil })
    expect(codeOf(verify({}, 2))).toBe('schema/bad-signature')
    expect(codeOf(verify({}, 1, nobleSigner(new Uint8Array(32).fill(1)).publicKey))).toBe('schema/bad-signature')
    for (let at = 0; at < signed.document.length; at++) {
      const document = signed.document.slice()
      document[at] = (document[at] ?? 0) ^ 1
      expect(codeOf(verify({ document }))).toBe('schema/bad-signature')
    }
    // What is signed is said in docs/protocol.md: the label, the network, the document's bytes.
    const digest = sha256(encode(['hexfix-schema', 1, signed.document]))
    expect(nobleVerify(digest, gateway.publicKey, signed.signature)).toBe(true)
  })
})
