import { sha256 } from '../../../device-sdk/signer/index.ts'
import { openOwnership } from '../../../gateway/ownership/index.ts'
import { openRegistry } from '../../../gateway/registry/index.ts'
import type { Device, NoncePurpose, Store } from '../../../gateway/store/index.ts'
import { countingVerifier, must, openTestStore } from '../harness.ts'
import type { TestKey } from '../keys.ts'
import { enrolMessage, net, testKey } from '../keys.ts'
import type { Person } from './signing.ts'
import { bound, chainId, person, signAs } from './signing.ts'

export const ann = person('ann')
export const bob = person('bob')
export const eve = person('eve')
export const porch = testKey('porch')
export const attic = testKey('attic')

export const pendingS = 86_400
export const rotateWaitS = 259_200
const startS = 1_800_000_000

/** An ownership desk over a real store, with its clock, and what an honest owner sends to it. */
export const openDesk = (store: Store = openTestStore(), clock = { ms: startS * 1000 }) => {
  const { verify } = countingVerifier()
  const registry = openRegistry(store)
  const events: string[] = []
  const deps = { net, chainId, sha256, verify, store, registry, pendingS, rotateWaitS, now: () => clock.ms }
  const desk = openOwnership({
    ...deps,
    changed: ({ event, kid }) => events.push(`${event} ${kid}`),
    disconnect: (kid) => events.push(`disconnect ${kid}`),
  })
  const expires = (): number => Math.floor(clock.ms / 1000) + 600
  const nonce = (purpose: NoncePurpose = 'owner'): Uint8Array => must(desk.nonce(purpose)).nonce
  const deviceOf = (key: TestKey): Person => person(key.name)

  const claim = (key: TestKey, owner: Person, given = nonce('enrol'), until = expires()) => {
    const device = deviceOf(key)
    const fields = {
      ...bound(given, until),
      publicKey: key.signer.publicKey,
      device: device.address,
      owner: owner.address,
    }
    const deviceSignature = signAs(device, 'DeviceClaim', fields)
    const ownerSignature = signAs(owner, 'DeviceClaim', fields)
    return { owner: owner.address, expires: until, deviceSignature, ownerSignature, nonce: given, fields }
  }
  const transfer = (key: TestKey, from: Person, to: Person, given = nonce(), until = expires()) => {
    const own = { from: from.address, to: to.address }
    const fields = { ...bound(given, until), device: deviceOf(key).address, ...own }
    const fromSignature = signAs(from, 'DeviceTransfer', fields)
    return {
      ...own,
      nonce: given,
      expires: until,
      fromSignature,
      toSignature: signAs(to, 'DeviceTransfer', fields),
      fields,
    }
  }
  const rotate = (
    key: TestKey,
    heir: TestKey,
    owner: Person,
    isOldThere: boolean,
    given = nonce(),
    until = expires(),
  ) => {
    const fields = {
      ...bound(given, until),
      device: deviceOf(key).address,
      newPublicKey: heir.signer.publicKey,
      newDevice: deviceOf(heir).address,
      owner: owner.address,
    }
    const ownerSignature = signAs(owner, 'DeviceRotate', fields)
    const newKeySignature = signAs(deviceOf(heir), 'DeviceRotate', fields)
    const old = isOldThere ? { oldKeySignature: signAs(deviceOf(key), 'DeviceRotate', fields) } : {}
    const enrol = enrolMessage(heir, given)
    return {
      enrol,
      owner: owner.address,
      expires: until,
      ownerSignature,
      newKeySignature,
      ...old,
      nonce: given,
      fields,
    }
  }
  const revoke = (key: TestKey, owner: Person, given = nonce(), until = expires()) => {
    const own = { owner: owner.address, reason: 3 }
    const fields = { ...bound(given, until), device: deviceOf(key).address, ...own }
    return { ...own, nonce: given, expires: until, ownerSignature: signAs(owner, 'DeviceRevoke', fields), fields }
  }
  const location = (key: TestKey, owner: Person, given = nonce(), until = expires()) => {
    const own = { owner: owner.address, cell: '8c1f1d48934adff', altitudeDm: -125, gainDdbi: 25 }
    const fields = { ...bound(given, until), device: deviceOf(key).address, ...own }
    return { ...own, nonce: given, expires: until, ownerSignature: signAs(owner, 'DeviceLocation', fields), fields }
  }
  const register = (key: TestKey, owner: Person | null): Device => {
    if (owner === null) return must(desk.register(enrolMessage(key, nonce('enrol')), key.name, null))
    const made = claim(key, owner)
    return must(desk.register(enrolMessage(key, made.nonce), key.name, made))
  }
  const make = { claim, transfer, rotate, revoke, location }
  /** The same store, opened as at a start. */
  const again = () => openDesk(store, clock)
  return { store, registry, desk, clock, events, nonce, expires, make, register, again }
}

export type Desk = ReturnType<typeof openDesk>
