import { describe, expect, it, vi } from 'vitest'
import type { Binding } from '../../../device-sdk/protocol/index.ts'
import {
  decode,
  externalAad,
  kidOf,
  mtypes,
  readSign1,
  signPayload,
  toBeSigned,
  verifySign1,
  writeTagged,
} from '../../../device-sdk/protocol/index.ts'
import { nobleSigner, nobleVerify } from '../../../device-sdk/signer/index.ts'
import { bytesOf, hexOf, load, sha256 } from './fixtures.ts'

const signer = nobleSigner(bytesOf('1f'.repeat(32)))
const stranger = nobleSigner(bytesOf('2f'.repeat(32)))
const kid = kidOf(signer.publicKey, sha256)
const other = kidOf(stranger.publicKey, sha256)
const to = bytesOf('1112131415161718')
const payload = bytesOf('84071910911a6ab13b8084011908c019022719052d')
const plain: Binding = { mtype: mtypes.report, net: 1, kid }
const addressed: Binding = { mtype: mtypes.receipt, net: 1, kid, to }

const verdict = (bytes: Uint8Array, binding: Binding, publicKey = signer.publicKey): string => {
  const read = readSign1(bytes)
  if (!read.ok) return read.error.code
  const payloadRead = decode(read.value.payload)
  if (!payloadRead.ok) return payloadRead.error.code
  const verified = verifySign1(read.value, binding, publicKey, sha256, nobleVerify)
  return verified.ok ? 'accepted' : verified.error.code
}
const signed = (binding: Binding): Uint8Array => writeTagged(signPayload(payload, binding, sha256, signer.sign))

describe('the external AAD', () => {
  it('is ["HXF1", mtype, net, kid], and with an addressee ["HXF1", mtype, net, kid, to]', () => {
    expect(hexOf(externalAad(plain))).toBe(`846448584631010148${hexOf(kid)}`)
    expect(hexOf(externalAad(addressed))).toBe(`856448584631070148${hexOf(kid)}48${hexOf(to)}`)
    expect(hexOf(externalAad({ ...plain, net: Number.MAX_SAFE_INTEGER }))).toContain('1b001fffffffffffff')
  })

  it('is bound with the payload under "Signature1" and the protected header', () => {
    const aad = hexOf(externalAad(plain))
    expect(hexOf(toBeSigned(plain, payload))).toBe(`846a5369676e61747572653144a101382e51${aad}55${hexOf(payload)}`)
  })

  it('numbers the types as the format does', () => {
    expect(Object.entries(mtypes)).toEqual([
      ['report', 1],
      ['enrol', 2],
      ['time', 3],
      ['command', 4],
      ['result', 5],
      ['update', 6],
      ['receipt', 7],
      ['connect', 8],
      ['entropy', 9],
      ['sync', 10],
    ])
  })
})

describe('a signature', () => {
  it.each<[string, Binding, Partial<Binding>]>([
    ['another network', plain, { net: 2 }],
    ['another type', plain, { mtype: mtypes.time }],
    ['an addressee where there was none', plain, { to }],
    ['another network, addressed', addressed, { net: 0 }],
    ['another type, addressed', addressed, { mtype: mtypes.sync }],
    ['another addressee', addressed, { to: bytesOf('1112131415161719') }],
  ])('does not hold for %s', (_, binding, change) => {
    expect(verdict(signed(binding), binding)).toBe('accepted')
    expect(verdict(signed(binding), { ...binding, ...change })).toBe('sign1/bad-signature')
  })

  it('does not hold without the addressee it was made for', () => {
    expect(verdict(signed(addressed), { mtype: addressed.mtype, net: 1, kid })).toBe('sign1/bad-signature')
  })

  it('does not hold for another kid, even where the header does not name one', () => {
    const unnamed = writeTagged({ ...signPayload(payload, plain, sha256, signer.sign), kid: null })
    expect(verdict(unnamed, plain)).toBe('accepted')
    expect(verdict(unnamed, { ...plain, kid: other })).toBe('sign1/bad-signature')
    const renamed = writeTagged({ ...signPayload(payload, plain, sha256, signer.sign), kid: other })
    expect(verdict(renamed, { ...plain, kid: other })).toBe('sign1/bad-signature')
  })

  it('does not hold for another key', () => {
    expect(verdict(signed(plain), plain, stranger.publicKey)).toBe('sign1/bad-signature')
  })

  it('is not looked at where the header names another kid', () => {
    const verify = vi.fn(() => true)
    const message = signPayload(payload, plain, sha256, signer.sign)
    const judged = verifySign1({ ...message, kid: other }, plain, signer.publicKey, sha256, verify)
    expect(judged).toMatchObject({ ok: false, error: { code: 'sign1/wrong-kid' } })
    expect(verify).not.toHaveBeenCalled()
    expect(verifySign1(message, plain, signer.publicKey, sha256, verify)).toEqual({ ok: true, value: payload })
    expect(verify).toHaveBeenCalledWith(sha256(toBeSigned(plain, payload)), signer.publicKey, message.signature)
  })
})

describe('a message in which one byte is changed', () => {
  const [example] = load('wire_examples').messages
  const whole = bytesOf(example.cose)
  const payloadAt = whole.length - 66 - 21

  /** Where the byte stands says what the change is taken for; a changed payload may also be no CBOR any more. */
  const expected = (at: number): string[] => {
    if (at >= 10 && at < 18) return ['sign1/wrong-kid']
    if (at >= whole.length - 64) return ['sign1/bad-signature']
    const isPayload = at >= payloadAt && at < whole.length - 66
    return isPayload ? ['sign1/bad-signature', 'wire/malformed'] : ['wire/malformed']
  }
  const judge = (at: number, byte: number): void => {
    const changed = whole.slice()
    changed[at] = byte
    const found = verdict(changed, plain)
    if (!expected(at).includes(found)) expect.fail(`byte ${at} as ${byte}: ${found}`)
  }

  it('is refused, whichever byte it is in, with the code of its place', () => {
    expect(verdict(whole, plain)).toBe('accepted')
    whole.forEach((byte, at) => {
      judge(at, byte ^ (1 << (at % 8)))
      judge(at, byte ^ 0xff)
    })
  })

  it('is refused for every other value of every byte that is neither payload nor signature', () => {
    for (let at = 0; at < whole.length; at++) {
      if (expected(at).includes('sign1/bad-signature')) continue
      for (let byte = 0; byte < 256; byte++) if (byte !== whole[at]) judge(at, byte)
    }
  })
})
