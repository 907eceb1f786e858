import { describe, expect, it } from 'vitest'
import { decode, encode, readSign1 } from '../../../device-sdk/protocol/index.ts'
import { bytesOf, hexOf, load } from './fixtures.ts'

const passing = ['pass-01', 'pass-02', 'pass-03'].map((name) => load(`cosewg_sign1_sign-${name}`))
const failing = ['01', '02', '03', '04', '06', '07'].map((name) => load(`cosewg_sign1_sign-fail-${name}`))

/** Their keys are P-256, so what can be shared is how the Sig_structure of RFC 9052 section 4.4 is encoded. */
describe('the examples of the COSE working group', () => {
  const protectedHeaders = ['', 'a10126', 'a10126']
  it.each(passing.map((example, i) => [example.title, example, protectedHeaders[i] ?? ''] as const))(
    'have in "%s" the Sig_structure that encode makes',
    (_, { input, intermediates }, header) => {
      const external = bytesOf(input.sign0.external ?? '')
      const structure = encode(['Signature1', bytesOf(header), external, new TextEncoder().encode(input.plaintext)])
      expect(hexOf(structure)).toBe(intermediates.ToBeSign_hex.toLowerCase())
    },
  )

  it.each([...passing, ...failing].map((example) => [example.title, example.output.cbor] as const))(
    'are refused where they say "%s", for none is ES256K',
    (_, cbor) => {
      const read = readSign1(bytesOf(cbor))
      const payload = read.ok ? decode(read.value.payload) : read
      expect(payload).toMatchObject({ ok: false, error: { code: 'wire/malformed' } })
    },
  )
})
