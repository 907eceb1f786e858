import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '../../../device-sdk/protocol/index.ts'
import { emptyDrafts } from '../../../gateway/ingest/drafts.ts'
import { auditHistory } from '../../../gateway/ownership/index.ts'
import { heirsOf } from '../../../gateway/registry/index.ts'
import { openStore } from '../../../gateway/store/index.ts'
import { must, testFolder } from '../harness.ts'
import { enrolMessage, testKey } from '../keys.ts'
import type { Desk } from './scene.ts'
import { ann, bob, eve, openDesk, pendingS, rotateWaitS } from './scene.ts'

const people = [ann, bob, eve]
const keys = ['k0', 'k1', 'k2', 'k3'].map(testKey)

const one = <T>(list: readonly T[]) => fc.constantFrom(...list)
const operation = fc.record({
  what: one([
    'claim',
    'enrol',
    'transfer',
    'rotate',
    'rotate-at-once',
    'revoke',
    'host-revoke',
    'place',
    'report',
    'wait',
    'restart',
  ] as const),
  key: one(keys),
  other: one(keys),
  who: one(people),
  to: one(people),
})
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

const run = (scene: Desk, { what, key, other, who, to }: Operation): Desk => {
  const { desk, make, nonce, registry, store, clock } = scene
  if (what === 'claim') {
    const made = make.claim(key, who)
    desk.register(enrolMessage(key, made.nonce), null, made)
  }
  if (what === 'enrol') desk.register(enrolMessage(key, nonce('enrol')), null, null)
  if (what === 'transfer') desk.transfer(key.kid, make.transfer(key, who, to))
  if (what === 'rotate') desk.rotate(key.kid, make.rotate(key, other, who, false))
  if (what === 'rotate-at-once') desk.rotate(key.kid, make.rotate(key, other, who, true))
  if (what === 'revoke') desk.revoke(key.kid, make.revoke(key, who))
  if (what === 'host-revoke') desk.revokeAsHost(key.kid, 0)
  if (what === 'place') desk.place(key.kid, make.location(key, who))
  if (what === 'report' && registry.get(key.kid)?.status === 'pending') {
    const first = { atMs: clock.ms, kid: key.kid, event: 'device/active', actor: 'device' } as const
    const row = { ...first, detail: {}, digest: null, signatures: [] }
    store.log.append({ ...emptyDrafts(), activated: [row] })
    desk.activated(row)
  }
  if (what === 'wait') {
    clock.ms += 1000 * (who === ann ? 60 : who === bob ? pendingS + 1 : rotateWaitS)
    desk.applyDue()
  }
  return what === 'restart' ? scene.again() : scene
}

/** Who passes as the owner of a device now: everybody tries. The nonces of those who do not stay unused. */
const ownersOf = ({ desk, make }: Desk, key: (typeof keys)[number]): string[] =>
  people.filter((who) => desk.place(key.kid, make.location(key, who)).ok).map(({ name }) => name)

const isLive = (status: string): boolean => status === 'pending' || status === 'active'

describe('whatever anybody does', () => {
  it('a device has one owner and one live key, ended keys stay ended, and the history proves it', () => {
    fc.assert(
      fc.property(fc.array(operation, { minLength: 5, maxLength: 40 }), (operations) => {
        const store = must(openStore(testFolder()))
        let scene = openDesk(store)
        const ended = new Map<string, string>()
        for (const step of operations) {
          scene = run(scene, step)
          const devices = scene.registry.all()
          for (const [kid, status] of ended) expect(scene.registry.get(kid)?.status).toBe(status)
          for (const { kid, status } of devices)
            if (status === 'revoked' || status === 'rotated') ended.set(kid, status)
          const heirOf = heirsOf(scene.store.history.successions())
          // Each line of keys, from the first to its heir, holds at most one that lives; and no two lines meet.
          for (const { kid, status, rotatedTo } of devices) {
            const line = devices.filter((device) => heirOf(device.kid) === heirOf(kid))
            expect(line.filter((device) => isLive(device.status)).length).toBeLessThanOrEqual(1)
            expect(rotatedTo !== null).toBe(status === 'rotated')
          }
          const heirs = devices.flatMap(({ rotatedTo }) => (rotatedTo === null ? [] : [rotatedTo]))
          expect(new Set(heirs).size).toBe(heirs.length)
          // In memory stands what is on disk.
          const sorted = (list: typeof devices) =>
            list
              .map((device) => ({
                ...device,
                publicKey: toHex(device.publicKey),
                address: toHex(device.address),
                owner: device.owner && toHex(device.owner),
              }))
              .sort((a, b) => (a.kid < b.kid ? -1 : 1))
          expect(sorted(store.devices.all())).toEqual(sorted(devices))
        }
        for (const key of keys) {
          const device = scene.registry.get(key.kid)
          const owner = people.find(({ address }) => device?.owner && toHex(device.owner) === toHex(address))
          const may = device !== null && isLive(device.status) && owner !== undefined ? [owner.name] : []
          expect(ownersOf(scene, key)).toEqual(may)
        }
        const audit = auditHistory(store)
        expect(audit.faults).toEqual([])
        store.close()
      }),
      { numRuns: 12 },
    )
  })
})
