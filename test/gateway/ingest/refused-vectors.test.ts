import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fromHex, standardSchema } from '../../../device-sdk/protocol/index.ts'
import { sha256 } from '../../../device-sdk/signer/index.ts'
import { admitReport } from '../../../gateway/ingest/admit.ts'
import { countingVerifier } from '../harness.ts'

type Vector = { readonly name: string; readonly code?: string; readonly cose: string }
type Vectors = {
  readonly net: number
  readonly kid: string
  readonly publicKey: string
  readonly messages: readonly Vector[]
}

const load = (name: string): Vectors =>
  JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8'))
const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0)

const admit = (file: Vectors, cose: string): string => {
  const { verify } = countingVerifier()
  const keyOf = () => ({ publicKey: bytes(file.publicKey), revoked: false })
  const pure = {
    net: file.net,
    sha256,
    verify,
    schemaOf: standardSchema,
    keyOf,
    digestAt: () => null,
    sessionOf: () => null,
    inWindow: () => true,
    mayStore: () => true,
  }
  return admitReport({ kid: file.kid, message: bytes(cose), receivedMs: 1_800_000_000_000 }, pure).code
}

describe('admission', () => {
  const refused = load('wire_refused')
  it.each(refused.messages.map(({ name, code, cose }) => [name, code, cose] as const))(
    'refuses %s as %s',
    (_name, code, cose) => {
      expect(admit(refused, cose)).toBe(code)
    },
  )

  const examples = load('wire_examples')
  it.each(examples.messages.map(({ name, cose }) => [name, cose] as const))('accepts %s', (name, cose) => {
    // Its boot is a session, and this version issues none.
    expect(admit(examples, cose)).toBe(name === 'ticks' ? 'session/unknown' : 'accepted')
  })
})
