import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  checkSchemas,
  decode,
  encodeReport,
  externalAad,
  fromHex,
  readReport,
  readSign1,
  signPayload,
  standardSchema,
  toBeSigned,
  toHex,
  verifySign1,
  writeCompact,
  writeTagged,
} from '../../../device-sdk/protocol/index.ts'
import { nobleSigner, nobleVerify } from '../../../device-sdk/signer/index.ts'

const load = (name: string) => JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8'))
const bytes = (hex: string): Uint8Array => {
  const read = fromHex(hex)
  if (read === null) throw new Error(`not hex: ${hex}`)
  return read
}
const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest()

const admit = (message: Uint8Array, net: number, mtype: number, kid: Uint8Array, publicKey: Uint8Array): string => {
  const sign1 = readSign1(message)
  if (!sign1.ok) return sign1.error.code
  const payload = decode(sign1.value.payload)
  if (!payload.ok) return payload.error.code
  const verified = verifySign1(sign1.value, { mtype, net, kid }, publicKey, sha256, nobleVerify)
  if (!verified.ok) return verified.error.code
  const report = readReport(payload.value)
  if (!report.ok) return report.error.code
  const known = checkSchemas(report.value, standardSchema)
  return known.ok ? 'accepted' : known.error.code
}

describe('the published examples', () => {
  const file = load('wire_examples')
  const binding = { mtype: file.mtype, net: file.net, kid: bytes(file.kid) }
  const signer = nobleSigner(bytes(file.secretKey))

  it('binds what the examples bind', () => expect(toHex(externalAad(binding))).toBe(file.externalAad))

  for (const example of file.messages) {
    it(`accepts ${example.name}, and makes the same bytes`, () => {
      const payload = bytes(example.payload)
      const decoded = decode(payload)
      const report = decoded.ok ? readReport(decoded.value) : decoded
      expect(report.ok && toHex(encodeReport(report.value))).toBe(example.payload)
      expect(toHex(toBeSigned(binding, payload))).toBe(example.toBeSigned)
      const signed = signPayload(payload, binding, sha256, signer.sign)
      expect(toHex(writeTagged(signed))).toBe(example.cose)
      expect(toHex(writeCompact(signed))).toBe(example.compact)
      for (const form of [example.cose, example.compact]) {
        expect(admit(bytes(form), file.net, file.mtype, binding.kid, bytes(file.publicKey))).toBe('accepted')
      }
    })
  }
})

describe('the published bodies', () => {
  const file = load('wire_bodies')
  for (const body of file.messages) {
    it(`reads ${body.name}, and signs it to the same bytes`, () => {
      const keys = file.keys[body.signer]
      const to = body.to === null ? {} : { to: bytes(file.keys[body.to].kid) }
      const binding = { mtype: body.mtype, net: file.net, kid: bytes(keys.kid), ...to }
      expect(toHex(externalAad(binding))).toBe(body.externalAad)
      const signed = signPayload(bytes(body.payload), binding, sha256, nobleSigner(bytes(keys.secretKey)).sign)
      expect(toHex(writeTagged(signed))).toBe(body.cose)
      const read = readSign1(bytes(body.cose))
      expect(read.ok && verifySign1(read.value, binding, bytes(keys.publicKey), sha256, nobleVerify).ok).toBe(true)
      expect(decode(bytes(body.payload)).ok).toBe(true)
    })
  }
})

describe('the published refusals', () => {
  const file = load('wire_refused')
  for (const refused of file.messages) {
    it(`refuses ${refused.name} as ${refused.code}`, () => {
      const code = admit(bytes(refused.cose), file.net, file.mtype, bytes(file.kid), bytes(file.publicKey))
      expect(code).toBe(refused.code)
    })
  }
})
