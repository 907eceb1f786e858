import { describe, expect, it } from 'vitest'
import type { Sync } from '../../../device-sdk/protocol/index.ts'
import { encodeTimeRequest, mtypes, readSign1, readSync } from '../../../device-sdk/protocol/index.ts'
import { sha256 } from '../../../device-sdk/signer/index.ts'
import { deviceKeys, openRelays } from '../../../gateway/registry/index.ts'
import { openTimeDesk } from '../../../gateway/time/index.ts'
import { codeOf, countingVerifier, must, openTestRegistry } from '../harness.ts'
import type { TestKey } from '../keys.ts'
import { forged, net, signBytes, someTimeS, testKey } from '../keys.ts'

const [key, neighbour, gateway] = [testKey('porch'), testKey('neighbour'), testKey('gateway')]

const request = (as: TestKey, nonce: number, session = false): Uint8Array => {
  const payload = encodeTimeRequest({ nonce: new Uint8Array(8).fill(nonce), session })
  return signBytes(as, payload, { mtype: mtypes.time })
}

const open = () => {
  const { store, registry } = openTestRegistry([key, neighbour])
  const clock = { ms: someTimeS * 1000 + 789 }
  const now = (): number => clock.ms
  const counted = countingVerifier()
  const identity = { net, kid: gateway.kidBytes, sha256, sign: gateway.signer.sign }
  const keyOf = deviceKeys(registry, openRelays(store, registry, now))
  const desk = openTimeDesk({ net, sha256, verify: counted.verify, keyOf, identity, store, now })
  const ask = (message: Uint8Array, from: string, as = key) => desk.answer({ kid: as.kid, message }, from)
  const codes = (count: number, message: Uint8Array, from: string, as = key): string[] =>
    Array.from({ length: count }, () => codeOf(ask(message, from, as)))
  const sync = (message: Uint8Array): Sync => must(readSync(must(readSign1(must(ask(message, 'somewhere')))).payload))
  return { store, clock, counted, ask, codes, sync }
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value)

describe('the time', () => {
  it('is given in whole seconds and milliseconds', () => {
    expect(open().sync(request(key, 1))).toEqual({ echo: new Uint8Array(8).fill(1), nowS: someTimeS, ms: 789 })
  })
})

describe('how often', () => {
  it('failures count against the address they come from, and past the limit buy no ECDSA', () => {
    const { clock, counted, codes } = open()
    expect(codes(30, forged(request(key, 1)), 'bad')).toEqual(times(30, 'sign1/bad-signature'))
    expect(codes(2, request(key, 1), 'bad')).toEqual(times(2, 'time/too-often'))
    expect(counted.calls).toBe(30)
    expect(codes(1, request(key, 1), 'good')).toEqual(['ok'])
    clock.ms += 60_000
    expect(codes(1, request(key, 1), 'bad')).toEqual(['ok'])
  })

  it('answers count for the device as it asks from there: nobody elsewhere uses them up', () => {
    const { clock, codes } = open()
    expect(codes(13, request(key, 1), 'elsewhere')).toEqual([...times(12, 'ok'), 'time/too-often'])
    expect(codes(1, request(key, 1), 'home')).toEqual(['ok'])
    expect(codes(1, request(neighbour, 1), 'elsewhere', neighbour)).toEqual(['ok'])
    clock.ms += 60_000
    expect(codes(1, request(key, 1), 'elsewhere')).toEqual(['ok'])
  })

  it('is remembered of so many addresses, and of no more', () => {
    const { codes } = open()
    codes(30, forged(request(key, 1)), 'first')
    for (let i = 0; i < 9_999; i++) codes(1, Uint8Array.of(1), `address ${i}`)
    expect(codes(1, request(key, 1), 'first')).toEqual(['time/too-often'])
    codes(1, Uint8Array.of(1), 'one more')
    expect(codes(1, request(key, 1), 'first')).toEqual(['ok'])
  })
})

describe('sessions', () => {
  it('hold for their first use for ten minutes', () => {
    const { store, clock, sync } = open()
    const { boot } = sync(request(key, 1, true))
    const session = Buffer.from(boot as Uint8Array).toString('hex')
    expect(session).toHaveLength(16)
    expect(store.sessions.stateOf(key.kid, session, clock.ms + 600_000)).toBe('fresh')
    expect(store.sessions.stateOf(key.kid, session, clock.ms + 600_001)).toBeNull()
    expect(store.sessions.stateOf(neighbour.kid, session, clock.ms)).toBeNull()
  })

  it('that nobody uses cost no room: past 16 the oldest goes, and after ten minutes all', () => {
    const { store, clock } = open()
    const state = (session: Uint8Array, nowMs = clock.ms) =>
      store.sessions.stateOf(key.kid, Buffer.from(session).toString('hex'), nowMs)
    const issue = (nonce: number) => store.sessions.issue(key.kid, new Uint8Array(8).fill(nonce), clock.ms++)
    const issued = Array.from({ length: 17 }, (_, nonce) => issue(nonce))
    expect(issued.map((session) => state(session))).toEqual([null, ...times(16, 'fresh')])
    clock.ms += 700_000
    issue(99)
    // Gone, not merely late: a clock that is set back does not bring them back.
    expect(issued.map((session) => state(session, 0))).toEqual(times(17, null))
  })
})
