import { describe, expect, it } from 'vitest'
import type { TypedName } from '../../../device-sdk/protocol/index.ts'
import { breakTable, changeDevice, codeOf, must, openTestStore, testFolder } from '../harness.ts'
import type { Desk } from './scene.ts'
import { ann, attic, bob, eve, openDesk, porch } from './scene.ts'
import { highS, person, signAs } from './signing.ts'

/** What an owner may send about `porch`: how it is made honestly, sent, and which signatures it carries. */
type Step = {
  readonly type: TypedName
  readonly by: readonly string[]
  make(scene: Desk, nonce?: Uint8Array, until?: number): Record<string, unknown> & { readonly fields: object }
  send(scene: Desk, made: object): string
}
const kid = porch.kid
const steps: Record<string, Step> = {
  transfer: {
    type: 'DeviceTransfer',
    by: ['fromSignature', 'toSignature'],
    make: ({ make }, nonce, until) => make.transfer(porch, ann, bob, nonce, until),
    send: ({ desk }, made) => codeOf(desk.transfer(kid, made as never)),
  },
  'rotation at once': {
    type: 'DeviceRotate',
    by: ['ownerSignature', 'newKeySignature', 'oldKeySignature'],
    make: ({ make }, nonce, until) => make.rotate(porch, attic, ann, true, nonce, until),
    send: ({ desk }, made) => codeOf(desk.rotate(kid, made as never)),
  },
  'rotation that waits': {
    type: 'DeviceRotate',
    by: ['ownerSignature', 'newKeySignature'],
    make: ({ make }, nonce, until) => make.rotate(porch, attic, ann, false, nonce, until),
    send: ({ desk }, made) => codeOf(desk.rotate(kid, made as never)),
  },
  revocation: {
    type: 'DeviceRevoke',
    by: ['ownerSignature'],
    make: ({ make }, nonce, until) => make.revoke(porch, ann, nonce, until),
    send: ({ desk }, made) => codeOf(desk.revoke(kid, made as never)),
  },
  location: {
    type: 'DeviceLocation',
    by: ['ownerSignature'],
    make: ({ make }, nonce, until) => make.location(porch, ann, nonce, until),
    send: ({ desk }, made) => codeOf(desk.place(kid, made as never)),
  },
}

const stateOf = ({ registry, desk, events }: Desk) => ({
  devices: registry.all().sort((a, b) => (a.kid < b.kid ? -1 : 1)),
  rotations: registry.rotations(),
  history: desk.history(kid),
  events: [...events],
})

describe.each(Object.entries(steps))("an owner's %s", (_name, step) => {
  const openOwned = () => {
    const scene = openDesk()
    scene.register(porch, ann)
    return scene
  }

  it('is taken once', () => {
    const scene = openOwned()
    const made = step.make(scene)
    expect(step.send(scene, made)).toBe('ok')
    const after = stateOf(scene)
    expect(step.send(scene, made)).not.toBe('ok')
    expect(stateOf(scene)).toEqual(after)
  })

  it.each(step.by)(
    'is refused when %s is of somebody else, for another chain or network, high-S, or of other fields',
    (by) => {
      const scene = openOwned()
      const before = stateOf(scene)
      const made = step.make(scene)
      const { fields } = made
      const signer = [ann, bob, person('porch'), person('attic')].find(
        (who) => Buffer.compare(signAs(who, step.type, { ...fields }), made[by] as Uint8Array) === 0,
      )
      if (signer === undefined) throw new Error(`nobody made ${by}`)
      const bad = [
        signAs(eve, step.type, { ...fields }),
        signAs(signer, step.type, { ...fields }, 1),
        signAs(signer, step.type, { ...fields, net: 2 }),
        signAs(signer, step.type, { ...fields, device: attic.signer.publicKey.slice(0, 20) }),
        signAs(signer, step.type, { ...fields, nonce: new Uint8Array(32) }),
        highS(made[by] as Uint8Array),
        new Uint8Array(65).fill(27),
      ]
      for (const signature of bad) expect(step.send(scene, { ...made, [by]: signature })).toBe('claim/bad-signature')
      expect(stateOf(scene)).toEqual(before)
      // None of these used the nonce up.
      expect(step.send(scene, made)).toBe('ok')
    },
  )

  it('is refused when it has expired, or expires too late', () => {
    const scene = openOwned()
    const nowS = scene.clock.ms / 1000
    expect(step.send(scene, step.make(scene, undefined, nowS - 1))).toBe('claim/expired')
    expect(step.send(scene, step.make(scene, undefined, nowS + 3_601))).toBe('claim/expires-late')
    expect(step.send(scene, { ...step.make(scene), expires: nowS + 3_000 })).toBe('claim/bad-signature')
  })

  it('needs a nonce of its own kind, not used, not an hour old', () => {
    const scene = openOwned()
    expect(step.send(scene, step.make(scene, new Uint8Array(32)))).toBe('claim/nonce-unknown')
    expect(step.send(scene, step.make(scene, scene.nonce('enrol')))).toBe('claim/nonce-unknown')
    const used = scene.nonce()
    must(scene.desk.place(kid, scene.make.location(porch, ann, used)))
    expect(step.send(scene, step.make(scene, used))).toBe('claim/nonce-unknown')
    const old = scene.nonce()
    scene.clock.ms += 3_600_001
    expect(step.send(scene, step.make(scene, old))).toBe('claim/nonce-unknown')
    expect(step.send(scene.again(), step.make(scene, used))).toBe('claim/nonce-unknown')
  })

  it('is for the owner: not for one who was, and not for a device of the host', () => {
    const scene = openOwned()
    must(scene.desk.transfer(kid, scene.make.transfer(porch, ann, eve)))
    expect(step.send(scene, step.make(scene))).toBe('claim/not-owner')
    const hosts = openDesk()
    hosts.register(porch, null)
    expect(step.send(hosts, step.make(hosts))).toBe('claim/not-owner')
  })

  it.each([
    ['revoked', 'device/revoked'],
    ['rotated', 'device/rotated'],
  ] as const)('is refused for a %s device', (status, code) => {
    const scene = openOwned()
    changeDevice(scene.registry, kid, { status })
    expect(step.send(scene, step.make(scene))).toBe(code)
  })

  it('is refused for a stranger, and, but for a revocation, where the registration lapsed', () => {
    const empty = openDesk()
    expect(step.send(empty, step.make(empty))).toBe('device/unknown')
    const scene = openOwned()
    changeDevice(scene.registry, kid, { status: 'lapsed' })
    expect(step.send(scene, step.make(scene))).toBe(step.type === 'DeviceRevoke' ? 'ok' : 'device/lapsed')
  })

  it('happens whole or not at all when the disk fails', () => {
    const folder = testFolder()
    const scene = openDesk(openTestStore(folder))
    scene.register(porch, ann)
    const before = stateOf(scene)
    const made = step.make(scene)
    const { mend } = breakTable(folder, 'history')
    expect(() => step.send(scene, made)).toThrow('the disk is gone')
    expect(stateOf(scene)).toEqual(before)
    expect(stateOf(scene.again())).toMatchObject({ devices: before.devices, history: before.history })
    mend()
    expect(step.send(scene, made)).toBe('ok')
  })

  it('is the same after a restart', () => {
    const scene = openOwned()
    expect(step.send(scene, step.make(scene))).toBe('ok')
    const { events: _told, ...state } = stateOf(scene)
    expect(stateOf(scene.again())).toMatchObject(state)
  })
})
