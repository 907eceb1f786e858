import { describe, expect, it } from 'vitest'
import { toHex } from '../../../device-sdk/protocol/index.ts'
import { changeDevice, codeOf, must } from '../harness.ts'
import { enrolMessage, forged } from '../keys.ts'
import { ann, attic, bob, eve, openDesk, pendingS, porch } from './scene.ts'
import { bound, highS, signAs } from './signing.ts'

type Claim = ReturnType<ReturnType<typeof openDesk>['make']['claim']>

describe('a registration with a claim', () => {
  it('belongs to whom device and owner name together, and waits for a first report', () => {
    const { desk, make, registry, events, clock } = openDesk()
    const made = make.claim(porch, ann)
    const device = must(desk.register(enrolMessage(porch, made.nonce), 'porch', made))
    expect(device).toMatchObject({ kid: porch.kid, name: 'porch', status: 'pending', place: null, rotatedTo: null })
    expect(toHex(device.owner ?? new Uint8Array(0))).toBe(toHex(ann.address))
    expect(device.pendingUntilMs).toBe(clock.ms + pendingS * 1000)
    expect(registry.get(porch.kid)).toEqual(device)
    expect(events).toEqual([`device/claimed ${porch.kid}`])
  })

  const wrong: [string, string, (made: Claim, desk: ReturnType<typeof openDesk>) => Partial<Claim>][] = [
    [
      'signed for the owner by somebody else',
      'claim/bad-signature',
      ({ fields }) => ({ ownerSignature: signAs(eve, 'DeviceClaim', fields) }),
    ],
    [
      'signed for the device by its owner',
      'claim/bad-signature',
      ({ ownerSignature }) => ({ deviceSignature: ownerSignature }),
    ],
    [
      'with the two signatures swapped',
      'claim/bad-signature',
      (made) => ({ ownerSignature: made.deviceSignature, deviceSignature: made.ownerSignature }),
    ],
    ['for another owner than signed', 'claim/bad-signature', () => ({ owner: eve.address })],
    [
      'whose owner signed in the high-S form',
      'claim/bad-signature',
      (made) => ({ ownerSignature: highS(made.ownerSignature) }),
    ],
    [
      'whose device signed in the high-S form',
      'claim/bad-signature',
      (made) => ({ deviceSignature: highS(made.deviceSignature) }),
    ],
    [
      'with v of 0 and 1',
      'claim/bad-signature',
      (made) => ({ ownerSignature: made.ownerSignature.map((byte, i) => (i === 64 ? byte - 27 : byte)) }),
    ],
    [
      'with the other v',
      'claim/bad-signature',
      (made) => ({ ownerSignature: made.ownerSignature.map((byte, i) => (i === 64 ? 55 - byte : byte)) }),
    ],
    ['with a signature of zeros', 'claim/bad-signature', () => ({ ownerSignature: new Uint8Array(65) })],
    [
      'for a foreign chain',
      'claim/bad-signature',
      ({ fields }) => ({ ownerSignature: signAs(ann, 'DeviceClaim', fields, 1) }),
    ],
    [
      'for another network',
      'claim/bad-signature',
      ({ fields }) => ({ ownerSignature: signAs(ann, 'DeviceClaim', { ...fields, net: 2 }) }),
    ],
    [
      'over the nonce itself in place of its hash',
      'claim/bad-signature',
      ({ fields, nonce }) => ({ ownerSignature: signAs(ann, 'DeviceClaim', { ...fields, nonce }) }),
    ],
    [
      'over another key',
      'claim/bad-signature',
      ({ fields }) => ({
        ownerSignature: signAs(ann, 'DeviceClaim', { ...fields, publicKey: attic.signer.publicKey }),
      }),
    ],
    ['that says another expiry than signed', 'claim/bad-signature', ({ expires }) => ({ expires: expires + 1 })],
    [
      'that has expired',
      'claim/expired',
      (_made, { make, clock }) => make.claim(porch, ann, undefined, clock.ms / 1000 - 1),
    ],
    [
      'that expires in over an hour',
      'claim/expires-late',
      (_made, { make, clock }) => make.claim(porch, ann, undefined, clock.ms / 1000 + 3_601),
    ],
  ]
  it.each(wrong)('is refused when it is %s: %s, and its nonce can still be used', (_name, code, spoil) => {
    const scene = openDesk()
    const made = scene.make.claim(porch, ann)
    const spoiled = { ...made, ...spoil(made, scene) }
    expect(codeOf(scene.desk.register(enrolMessage(porch, spoiled.nonce), null, spoiled))).toBe(code)
    expect([scene.registry.all(), scene.desk.history(porch.kid), scene.events]).toEqual([[], [], []])
    expect(codeOf(scene.desk.register(enrolMessage(porch, made.nonce), null, made))).toBe('ok')
  })

  it('may expire now, and in an hour', () => {
    const { desk, make, clock } = openDesk()
    const now = make.claim(porch, ann, undefined, clock.ms / 1000)
    expect(codeOf(desk.register(enrolMessage(porch, now.nonce), null, now))).toBe('ok')
    const later = make.claim(attic, ann, undefined, clock.ms / 1000 + 3_600)
    expect(codeOf(desk.register(enrolMessage(attic, later.nonce), null, later))).toBe('ok')
  })

  it('needs a nonce for registering, which is good once', () => {
    const { desk, make, nonce } = openDesk()
    const owners = make.claim(porch, ann, nonce('owner'))
    expect(codeOf(desk.register(enrolMessage(porch, owners.nonce), null, owners))).toBe('enrol/nonce-unknown')
    const made = make.claim(porch, ann)
    must(desk.register(enrolMessage(porch, made.nonce), null, made))
    expect(codeOf(desk.register(enrolMessage(porch, made.nonce), null, made))).toBe('enrol/nonce-unknown')
    const again = make.claim(attic, ann, made.nonce)
    expect(codeOf(desk.register(enrolMessage(attic, again.nonce), null, again))).toBe('enrol/nonce-unknown')
  })

  it('is bound to the nonce that the device proved itself over', () => {
    const { desk, make, nonce } = openDesk()
    const made = make.claim(porch, ann)
    expect(codeOf(desk.register(enrolMessage(porch, nonce('enrol')), null, made))).toBe('claim/bad-signature')
    expect(codeOf(desk.register(forged(enrolMessage(porch, made.nonce)), null, made))).toBe('sign1/bad-signature')
  })
})

describe('a key that is registered', () => {
  it('has its owner once: nobody claims it again, not even the owner', () => {
    const { desk, make, registry, register } = openDesk()
    register(porch, ann)
    for (const who of [bob, ann]) {
      const made = make.claim(porch, who)
      expect(codeOf(desk.register(enrolMessage(porch, made.nonce), null, made))).toBe('enrol/kid-taken')
    }
    expect(registry.get(porch.kid)?.owner).toEqual(ann.address)
  })

  it.each(['pending', 'active'] as const)('may be claimed while it is %s and the host has it', (status) => {
    const { desk, make, registry, register, clock } = openDesk()
    register(porch, null)
    changeDevice(registry, porch.kid, { status })
    const before = registry.get(porch.kid)
    clock.ms += 1_000
    const made = make.claim(porch, ann)
    const device = must(desk.register(enrolMessage(porch, made.nonce), null, made))
    expect(device).toEqual({ ...before, owner: ann.address })
  })

  it('may be registered again by anybody when it lapsed, and then owes the past nothing', () => {
    const { desk, make, registry, register, clock } = openDesk()
    register(porch, ann)
    must(desk.place(porch.kid, make.location(porch, ann)))
    clock.ms += pendingS * 1000 + 1
    desk.applyDue()
    const made = make.claim(porch, bob)
    const device = must(desk.register(enrolMessage(porch, made.nonce), null, made))
    expect(device).toMatchObject({ status: 'pending', owner: bob.address, name: null, place: null })
    clock.ms += pendingS * 1000 + 1
    desk.applyDue()
    expect(register(porch, null)).toMatchObject({ status: 'pending', owner: null, name: 'porch' })
    expect(registry.all()).toHaveLength(1)
  })

  it.each(['revoked', 'rotated'] as const)('never comes back when it was %s', (status) => {
    const { desk, make, registry, register, nonce } = openDesk()
    register(porch, null)
    changeDevice(registry, porch.kid, { status })
    const made = make.claim(porch, ann)
    expect(codeOf(desk.register(enrolMessage(porch, made.nonce), null, made))).toBe('enrol/kid-taken')
    expect(codeOf(desk.register(enrolMessage(porch, nonce('enrol')), null, null))).toBe('enrol/kid-taken')
    expect(registry.get(porch.kid)?.status).toBe(status)
  })

  it('is remembered over a restart, with what was signed and which nonces were used', () => {
    const first = openDesk()
    const made = first.make.claim(porch, ann)
    must(first.desk.register(enrolMessage(porch, made.nonce), 'porch', made))
    const second = first.again()
    expect(second.registry.all()).toEqual(first.registry.all())
    expect(second.desk.history(porch.kid)).toEqual(first.desk.history(porch.kid))
    const again = second.make.claim(attic, ann, made.nonce)
    expect(codeOf(second.desk.register(enrolMessage(attic, again.nonce), null, again))).toBe('enrol/nonce-unknown')
    expect(bound(made.nonce, 1)).not.toEqual(bound(again.nonce, 2))
  })
})
