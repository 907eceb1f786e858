import { describe, expect, it } from 'vitest'
import { encodeEnrol, mtypes, toHex, ueidOf } from '../../../device-sdk/protocol/index.ts'
import { evmAddress, sha256 } from '../../../device-sdk/signer/index.ts'
import { openOwnership } from '../../../gateway/ownership/index.ts'
import { openRegistry } from '../../../gateway/registry/index.ts'
import { openStore } from '../../../gateway/store/index.ts'
import { codeOf, countingVerifier, must, openTestStore, testFolder } from '../harness.ts'
import { enrolMessage, forged, net, signBytes, testKey } from '../keys.ts'

const key = testKey('porch')
const tenMinutesMs = 600_000

const openTest = (store = openTestStore()) => {
  const clock = { ms: 1_000 }
  const { verify } = countingVerifier()
  const registry = openRegistry(store)
  const desk = openOwnership({
    ...{ net, chainId: 1, sha256, verify, store, registry, pendingS: 60, rotateWaitS: 60, now: () => clock.ms },
    changed: () => {},
    disconnect: () => {},
  })
  const giveNonce = (): Uint8Array => must(desk.nonce('enrol')).nonce
  const enrol = (message: Uint8Array, name: string | null = null): string => codeOf(desk.register(message, name, null))
  return { store, registry, desk, clock, giveNonce, enrol }
}

describe('enrolment', () => {
  it('registers the key that proves its possession', () => {
    const { desk, giveNonce, store } = openTest()
    const device = must(desk.register(enrolMessage(key, giveNonce()), 'porch', null))
    expect(device).toMatchObject({
      kid: key.kid,
      name: 'porch',
      status: 'pending',
      enrolledMs: 1_000,
      pendingUntilMs: 61_000,
      place: null,
    })
    expect(toHex(device.address)).toBe(toHex(evmAddress(key.signer.publicKey)))
    expect(store.devices.all().map(({ kid, publicKey }) => [kid, toHex(publicKey)])).toEqual([
      [key.kid, toHex(key.signer.publicKey)],
    ])
  })

  it('needs a nonce, and uses it up', () => {
    const { giveNonce, enrol } = openTest()
    const nonce = giveNonce()
    expect(nonce).toHaveLength(32)
    expect(toHex(nonce)).not.toBe(toHex(giveNonce()))
    expect(enrol(enrolMessage(key, new Uint8Array(32)))).toBe('enrol/nonce-unknown')
    expect(enrol(enrolMessage(key, nonce))).toBe('ok')
    expect(enrol(enrolMessage(testKey('second'), nonce))).toBe('enrol/nonce-unknown')
  })

  it.each([
    [tenMinutesMs, 'ok'],
    [tenMinutesMs + 1, 'enrol/nonce-unknown'],
  ])('takes a nonce %d ms later: %s', (laterMs, code) => {
    const { giveNonce, clock, enrol } = openTest()
    const nonce = giveNonce()
    clock.ms += laterMs
    expect(enrol(enrolMessage(key, nonce))).toBe(code)
  })

  it('keeps nonces over a restart, those that were used as used', () => {
    const folder = testFolder()
    const first = must(openStore(folder))
    const before = openTest(first)
    const [used, unused] = [before.giveNonce(), before.giveNonce()]
    expect(before.enrol(enrolMessage(key, used))).toBe('ok')
    first.close()
    const { enrol } = openTest(openTestStore(folder))
    expect(enrol(enrolMessage(testKey('second'), used))).toBe('enrol/nonce-unknown')
    expect(enrol(enrolMessage(key, unused))).toBe('enrol/kid-taken')
    // What was refused for its key leaves the nonce to be used.
    expect(enrol(enrolMessage(testKey('second'), unused))).toBe('ok')
  })

  it('takes no kid twice, neither of an active nor of a revoked device', () => {
    const { desk, registry, giveNonce, enrol } = openTest()
    expect(enrol(enrolMessage(key, giveNonce()))).toBe('ok')
    expect(enrol(enrolMessage(key, giveNonce()))).toBe('enrol/kid-taken')
    must(desk.revokeAsHost(key.kid, 0))
    expect(enrol(enrolMessage(key, giveNonce()))).toBe('enrol/kid-taken')
    expect(registry.get(key.kid)?.status).toBe('revoked')
  })

  const thief = testKey('thief')
  const { publicKey } = key.signer
  const body = (nonce: Uint8Array) => encodeEnrol({ nonce, publicKey, ueid: ueidOf(publicKey, sha256) })
  it.each([
    ['whose signature does not hold', (n: Uint8Array) => forged(enrolMessage(key, n)), 'sign1/bad-signature'],
    [
      'signed by another than the key in it',
      (n: Uint8Array) => signBytes(thief, body(n), { mtype: mtypes.enrol, kid: key.kidBytes }),
      'sign1/bad-signature',
    ],
    [
      'with the kid of another in its header',
      (n: Uint8Array) => signBytes(key, body(n), { mtype: mtypes.enrol, kid: thief.kidBytes }),
      'sign1/wrong-kid',
    ],
    [
      'for another network',
      (n: Uint8Array) => signBytes(key, body(n), { mtype: mtypes.enrol, net: net + 1 }),
      'sign1/bad-signature',
    ],
    [
      'signed as another message type',
      (n: Uint8Array) => signBytes(key, body(n), { mtype: mtypes.report }),
      'sign1/bad-signature',
    ],
    [
      'with the ueid of another',
      (n: Uint8Array) => enrolMessage(key, n, ueidOf(thief.signer.publicKey, sha256)),
      'enrol/bad-ueid',
    ],
    ['that holds no claims', () => signBytes(key, new Uint8Array([0x80]), { mtype: mtypes.enrol }), 'wire/malformed'],
    ['that is noise', () => new Uint8Array([1, 2, 3]), 'wire/malformed'],
    ['that is empty', () => new Uint8Array(0), 'wire/malformed'],
  ])('refuses a token %s, and leaves the nonce to be used', (_name, make, code) => {
    const { registry, giveNonce, enrol } = openTest()
    const nonce = giveNonce()
    expect(enrol(make(nonce))).toBe(code)
    expect(registry.all()).toEqual([])
    expect(enrol(enrolMessage(key, nonce))).toBe('ok')
  })

  it('takes names as they are, but for their length', () => {
    const { desk, giveNonce } = openTest()
    const name = 'north of the shed '.repeat(5)
    const device = must(desk.register(enrolMessage(key, giveNonce()), name, null))
    expect(device.name).toBe(name.slice(0, 64))
  })
})
