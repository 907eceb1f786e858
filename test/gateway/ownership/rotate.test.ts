import { describe, expect, it } from 'vitest'
import { heirsOf } from '../../../gateway/registry/index.ts'
import { codeOf, must } from '../harness.ts'
import { enrolMessage, testKey } from '../keys.ts'
import { ann, attic, bob, openDesk, pendingS, porch, rotateWaitS } from './scene.ts'

const shed = testKey('shed')

const openOwned = () => {
  const scene = openDesk()
  scene.register(porch, ann)
  must(scene.desk.place(porch.kid, scene.make.location(porch, ann)))
  scene.events.length = 0
  return scene
}
const statusOf = ({ registry }: ReturnType<typeof openDesk>, { kid }: { kid: string }) => registry.get(kid)?.status

describe('a rotation', () => {
  it('that the old key signs too takes effect at once: the new key inherits owner, name and place', () => {
    const scene = openOwned()
    const before = scene.registry.get(porch.kid)
    const rotated = must(scene.desk.rotate(porch.kid, scene.make.rotate(porch, attic, ann, true)))
    const heir = scene.registry.get(attic.kid)
    expect(rotated).toEqual({ device: heir })
    expect(heir).toMatchObject({
      status: 'pending',
      rotatedTo: null,
      name: 'porch',
      owner: ann.address,
      place: before?.place,
    })
    expect(scene.registry.get(porch.kid)).toEqual({
      ...before,
      status: 'rotated',
      rotatedTo: attic.kid,
      pendingUntilMs: null,
    })
    expect(scene.events).toEqual([
      `disconnect ${porch.kid}`,
      `device/rotated ${porch.kid}`,
      `device/enrolled ${attic.kid}`,
    ])
  })

  it('that the old key does not sign waits, and until then the old key is good', () => {
    const scene = openOwned()
    const dueMs = scene.clock.ms + rotateWaitS * 1000
    const rotated = must(scene.desk.rotate(porch.kid, scene.make.rotate(porch, attic, ann, false)))
    expect(rotated).toMatchObject({ waits: { kid: porch.kid, newKid: attic.kid, dueMs } })
    scene.registry.activated(porch.kid)
    scene.clock.ms = dueMs - 1
    scene.desk.applyDue()
    expect([statusOf(scene, porch), statusOf(scene, attic)]).toEqual(['active', undefined])
    scene.clock.ms = dueMs
    scene.desk.applyDue()
    expect([statusOf(scene, porch), statusOf(scene, attic)]).toEqual(['rotated', 'pending'])
    expect(scene.registry.get(attic.kid)).toMatchObject({
      owner: ann.address,
      name: 'porch',
      pendingUntilMs: dueMs + pendingS * 1000,
    })
    expect(scene.events).toEqual([
      `device/rotation-waits ${porch.kid}`,
      `disconnect ${porch.kid}`,
      `device/rotated ${porch.kid}`,
      `device/enrolled ${attic.kid}`,
    ])
    expect([scene.registry.rotations(), scene.again().registry.rotations()]).toEqual([[], []])
  })

  it('that came due while the gateway stood still takes effect at its start', () => {
    const scene = openOwned()
    scene.store.atomically(() => scene.store.devices.activate(porch.kid))
    scene.registry.activated(porch.kid)
    must(scene.desk.rotate(porch.kid, scene.make.rotate(porch, attic, ann, false)))
    scene.clock.ms += rotateWaitS * 1000
    const later = scene.again()
    expect([statusOf(later, porch), statusOf(later, attic)]).toEqual(['rotated', 'pending'])
  })

  it('of a device that rotated already is refused; of its heir it makes a line of three, one of them live', () => {
    const scene = openOwned()
    must(scene.desk.rotate(porch.kid, scene.make.rotate(porch, attic, ann, true)))
    expect(codeOf(scene.desk.rotate(porch.kid, scene.make.rotate(porch, shed, ann, true)))).toBe('device/rotated')
    must(scene.desk.rotate(attic.kid, scene.make.rotate(attic, shed, ann, true)))
    expect([porch, attic, shed].map((key) => statusOf(scene, key))).toEqual(['rotated', 'rotated', 'pending'])
    expect(heirsOf(scene.store.history.successions())(porch.kid)).toBe(shed.kid)
  })

  it('that waits is replaced by a newer one, of which the first key hears nothing', () => {
    const scene = openOwned()
    scene.registry.activated(porch.kid)
    must(scene.desk.rotate(porch.kid, scene.make.rotate(porch, attic, ann, false)))
    scene.clock.ms += 1_000
    must(scene.desk.rotate(porch.kid, scene.make.rotate(porch, shed, ann, false)))
    expect(scene.registry.rotations().map(({ newKid }) => newKid)).toEqual([shed.kid])
    expect(scene.again().registry.rotations()).toEqual(scene.registry.rotations())
    expect(
      scene.desk
        .history(porch.kid)
        .map(({ event }) => event)
        .slice(-3),
    ).toEqual(['device/rotation-waits', 'device/rotation-cancelled', 'device/rotation-waits'])
    scene.clock.ms += rotateWaitS * 1000
    scene.desk.applyDue()
    expect([porch, attic, shed].map((key) => statusOf(scene, key))).toEqual(['rotated', undefined, 'pending'])
  })

  it('that waits happens at once when the old key is found again', () => {
    const scene = openOwned()
    must(scene.desk.rotate(porch.kid, scene.make.rotate(porch, attic, ann, false)))
    must(scene.desk.rotate(porch.kid, scene.make.rotate(porch, attic, ann, true)))
    expect([statusOf(scene, porch), statusOf(scene, attic)]).toEqual(['rotated', 'pending'])
    scene.clock.ms += rotateWaitS * 1000
    scene.desk.applyDue()
    expect(scene.registry.get(attic.kid)?.rotatedTo).toBeNull()
  })

  it('that waits is cancelled by revoking the new key, which never comes back', () => {
    const scene = openOwned()
    scene.registry.activated(porch.kid)
    must(scene.desk.rotate(porch.kid, scene.make.rotate(porch, attic, ann, false)))
    expect(codeOf(scene.desk.revoke(attic.kid, scene.make.revoke(attic, bob)))).toBe('claim/not-owner')
    expect(must(scene.desk.revoke(attic.kid, scene.make.revoke(attic, ann)))).toMatchObject({
      kid: attic.kid,
      status: 'revoked',
    })
    scene.clock.ms += rotateWaitS * 1000
    scene.desk.applyDue()
    expect([statusOf(scene, porch), statusOf(scene, attic)]).toEqual(['active', 'revoked'])
    expect(codeOf(scene.desk.rotate(porch.kid, scene.make.rotate(porch, attic, ann, true)))).toBe('enrol/kid-taken')
    expect(codeOf(scene.desk.register(enrolMessage(attic, scene.nonce('enrol')), null, null))).toBe('enrol/kid-taken')
  })

  it.each([
    [
      'the device is revoked',
      (scene: ReturnType<typeof openDesk>) => scene.desk.revoke(porch.kid, scene.make.revoke(porch, ann)),
    ],
    ['the host revokes the device', ({ desk }: ReturnType<typeof openDesk>) => desk.revokeAsHost(porch.kid, 0)],
    ['the host revokes the new key', ({ desk }: ReturnType<typeof openDesk>) => desk.revokeAsHost(attic.kid, 0)],
    [
      'the device is given away',
      (scene: ReturnType<typeof openDesk>) => scene.desk.transfer(porch.kid, scene.make.transfer(porch, ann, bob)),
    ],
    [
      'its registration lapses',
      (scene: ReturnType<typeof openDesk>) => {
        scene.clock.ms += pendingS * 1000 + 1
        return { ok: true, value: scene.desk.applyDue() } as const
      },
    ],
  ])('that waits ends when %s', (_why, end) => {
    const scene = openOwned()
    must(scene.desk.rotate(porch.kid, scene.make.rotate(porch, attic, ann, false)))
    must<unknown>(end(scene))
    expect([scene.registry.rotations(), scene.again().registry.rotations()]).toEqual([[], []])
    expect(scene.events).toContain(`device/rotation-cancelled ${porch.kid}`)
    scene.clock.ms += rotateWaitS * 1000
    scene.desk.applyDue()
    expect(heirsOf(scene.store.history.successions())(porch.kid)).toBe(porch.kid)
  })

  it('takes no key that is a device, or that another rotation waits for; nor does a registration', () => {
    const scene = openOwned()
    scene.register(attic, ann)
    expect(codeOf(scene.desk.rotate(porch.kid, scene.make.rotate(porch, attic, ann, true)))).toBe('enrol/kid-taken')
    expect(codeOf(scene.desk.rotate(porch.kid, scene.make.rotate(porch, porch, ann, true)))).toBe('enrol/kid-taken')
    must(scene.desk.rotate(porch.kid, scene.make.rotate(porch, shed, ann, false)))
    expect(codeOf(scene.desk.rotate(attic.kid, scene.make.rotate(attic, shed, ann, true)))).toBe('enrol/kid-taken')
    expect(codeOf(scene.desk.register(enrolMessage(shed, scene.nonce('enrol')), null, null))).toBe('enrol/kid-taken')
  })

  it('is bound to the new key that proved itself', () => {
    const scene = openOwned()
    const made = scene.make.rotate(porch, attic, ann, true)
    expect(codeOf(scene.desk.rotate(porch.kid, { ...made, enrol: enrolMessage(shed, made.nonce) }))).toBe(
      'claim/bad-signature',
    )
    expect(codeOf(scene.desk.rotate(porch.kid, { ...made, enrol: enrolMessage(attic, scene.nonce()) }))).toBe(
      'claim/bad-signature',
    )
    expect(codeOf(scene.desk.rotate(porch.kid, { ...made, enrol: new Uint8Array(3) }))).toBe('wire/malformed')
  })
})

describe('a registration without a report', () => {
  it('lapses when its time has passed, not before, and its connection ends', () => {
    const scene = openOwned()
    const until = scene.registry.get(porch.kid)?.pendingUntilMs ?? 0
    scene.clock.ms = until
    scene.desk.applyDue()
    expect(statusOf(scene, porch)).toBe('pending')
    scene.clock.ms = until + 1
    scene.desk.applyDue()
    scene.desk.applyDue()
    expect(scene.registry.get(porch.kid)).toMatchObject({ status: 'lapsed', pendingUntilMs: null })
    expect(scene.events).toEqual([`disconnect ${porch.kid}`, `device/lapsed ${porch.kid}`])
  })

  it('lapses at the start of a gateway that stood still', () => {
    const scene = openOwned()
    scene.clock.ms += pendingS * 1000 + 1
    expect(statusOf(scene.again(), porch)).toBe('lapsed')
  })
})
