import { describe, expect, it } from 'vitest'
import { toHex } from '../../../device-sdk/protocol/index.ts'
import { nobleSigner, sha256 } from '../../../device-sdk/signer/index.ts'
import { profileNames, profileOf, rulesetHash, rulesetOf, withParameters } from '../../../gateway/coverage/index.ts'
import { readRulesetDocument, signRuleset, verifyRuleset } from '../../../gateway/coverage/ruleset-document.ts'
import { loadNobleVerifier } from '../../../gateway/verifier/noble-verifier.ts'

const key = nobleSigner(new Uint8Array(32).fill(0x1f))
const helium = profileOf('helium-2026')
if (helium === null) throw new Error('no profile')
const hashOf = (name: string) => {
  const profile = profileOf(name)
  return profile === null ? null : toHex(rulesetHash(profile, sha256))
}

describe('the profiles', () => {
  it('are fixed by their hashes: a changed constant is another ruleset and needs another name', () => {
    expect(Object.fromEntries(profileNames.map((name) => [name, hashOf(name)]))).toEqual({
      'first-coverage-1': '56c79c8d1d3ed0a6cf14ee84be34f778ef9cfb515227616be5cee6a63c16b7c2',
      'helium-2026': '5bebb5794267c3c6ffe14c8b102dba3cd7f28d170ff634487d7da3bd2083861f',
      'hexfix-1': '05c7811aa9f0a0ad4995a43760e79de71be8df6bd45d9f23cd825759f86b49e5',
      'hexfix-2': '2f24cf3008ef81fc7c66015da7d972062290adb6614129ceff805c0001f9e6ce',
      'simulation-1': '68116fab58c954daf74a5d424600ebb073b1f69ec0cd456f32ac6d51333f5c15',
    })
  })

  it('are found by hash, so that an old epoch is recomputed by its own rules', () => {
    for (const name of profileNames) expect(rulesetOf(hashOf(name) ?? '', sha256)?.name).toBe(name)
    expect(rulesetOf('00'.repeat(32), sha256)).toBeNull()
    expect(profileOf('strict')).toBeNull()
  })
})

describe('a ruleset document', () => {
  it('is the bytes that are hashed, and reads back to the same ruleset', () => {
    for (const name of profileNames) {
      const profile = profileOf(name)
      if (profile === null) throw new Error(name)
      const { document } = signRuleset(profile, 1, sha256, key.sign)
      expect(toHex(sha256(document))).toBe(hashOf(name))
      expect(readRulesetDocument(document)).toEqual({ ok: true, value: profile })
    }
  })

  it('holds for its key, its network and its bytes alone', async () => {
    const { verify } = await loadNobleVerifier()
    const signed = signRuleset(helium, 7, sha256, key.sign)
    expect(verifyRuleset(signed, 7, key.publicKey, sha256, verify)).toEqual({ ok: true, value: helium })
    const other = nobleSigner(new Uint8Array(32).fill(0x2f)).publicKey
    const changed = { ...signed, document: signed.document.map((byte, i) => (i === 20 ? byte ^ 1 : byte)) }
    for (const result of [
      verifyRuleset(signed, 8, key.publicKey, sha256, verify),
      verifyRuleset(signed, 7, other, sha256, verify),
      verifyRuleset(changed, 7, key.publicKey, sha256, verify),
    ]) {
      expect(result).toMatchObject({ ok: false, error: { code: 'ruleset/bad-signature' } })
    }
  })

  it.each([
    ['no CBOR', new Uint8Array([0xff])],
    ['a number', new Uint8Array([1])],
    ['an empty map', new Uint8Array([0xa0])],
  ])('refuses %s', (_what, document) => {
    expect(readRulesetDocument(document)).toMatchObject({ ok: false, error: { code: 'ruleset/malformed' } })
  })
})

describe('withParameters', () => {
  it('changes what is named, and with it the hash', () => {
    const changed = withParameters(helium, {
      type: 'ruleset',
      coverage: { maxKm: 50 },
      density: { levels: { r8: { target: 2 } } },
      later: 1,
    })
    if (!changed.ok) throw new Error(changed.error.detail)
    expect(changed.value.coverage).toEqual({ ...helium.coverage, maxKm: 50 })
    expect(changed.value.density?.levels.r8).toEqual({ neighbours: 2, target: 2, max: 1 })
    expect(toHex(rulesetHash(changed.value, sha256))).not.toBe(hashOf('helium-2026'))
    expect(withParameters(helium, {})).toEqual({ ok: true, value: helium })
  })

  it.each([[{ coverage: { maxKm: '50' } }], [{ coverage: 5 }], [{ name: 5 }], [{ coverage: { maxKm: null } }]])(
    'refuses %j',
    (changes) => {
      expect(withParameters(helium, changes)).toMatchObject({ ok: false, error: { code: 'ruleset/malformed' } })
    },
  )
})
