import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { nobleSigner, sha256 } from '../../../device-sdk/signer/index.ts'
import { chooseSigner } from '../../../gateway/verifier/index.ts'

const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../vectors/noble_ecdsa_rfc6979_200.json'), 'utf8'),
) as { valid: readonly { d: string; m: string; signature: string }[] }

it('the chosen signer makes the published RFC 6979 signatures, and the same bytes as noble', async (context) => {
  const { name, makeSigner } = await chooseSigner()
  if (name === 'noble') context.skip('libsecp256k1 is missing; run: scripts/debian-packages.sh')
  for (const { d, m, signature } of vectors.valid) {
    const made = makeSigner(Buffer.from(d, 'hex'), 'memory:').sign(Buffer.from(m, 'hex'))
    expect(Buffer.from(made).toString('hex')).toBe(signature)
  }
  for (let i = 0; i < 200; i++) {
    const secret = sha256(new Uint8Array([1, i]))
    const digest = sha256(new Uint8Array([2, i]))
    expect(Buffer.from(makeSigner(secret, 'memory:').sign(digest))).toEqual(
      Buffer.from(nobleSigner(secret).sign(digest)),
    )
  }
})

it('the chosen signer refuses a digest of another length, and shows no secret', async () => {
  const { makeSigner } = await chooseSigner()
  const signer = makeSigner(new Uint8Array(32).fill(0x1f), 'memory:')
  expect(() => signer.sign(new Uint8Array(31))).toThrow(TypeError)
  expect(JSON.stringify(signer)).not.toContain('1f1f')
  expect(signer.publicKey).toEqual(nobleSigner(new Uint8Array(32).fill(0x1f)).publicKey)
})
