import { recoverAddressTyped } from 'micro-eth-signer'
import { describe, expect, it } from 'vitest'
import type { TypedName } from '../../../device-sdk/protocol/index.ts'
import { fromHex, toHex, typedFields } from '../../../device-sdk/protocol/index.ts'
import { hexOf } from '../../../gateway/ownership/index.ts'
import { testFolder } from '../harness.ts'
import type { TestKey } from '../keys.ts'
import { enrolMessage, net, signReport, testKey } from '../keys.ts'
import type { Person } from '../ownership/signing.ts'
import { bound, chainId, person, signAs } from '../ownership/signing.ts'
import type { TestGateway } from '../running.ts'
import { call, connectDevice, enrol, startTestGateway } from '../running.ts'

const key = testKey('porch')
const heir = testKey('attic')
const ann = person('ann')
const bob = person('bob')
const reading = 60_000

const nonceOf = async ({ http, token }: TestGateway, path: string) => {
  const { status, json } = await call(`${http}/v1/${path}`, 'POST', { token })
  expect([status, json.net, json.chainId]).toEqual([201, net, chainId])
  return { nonce: json.nonce as string, bytes: fromHex(json.nonce) ?? new Uint8Array(0), expires: json.nowS + 600 }
}
const post = async ({ http }: TestGateway, path: string, body: object, token?: string) =>
  call(`${http}/v1/${path}`, 'POST', { body: JSON.stringify(body), ...(token === undefined ? {} : { token }) })
const device = async ({ http, token }: TestGateway, kid = key.kid) =>
  (await call(`${http}/v1/devices/${kid}`, 'GET', { token })).json

const claim = async (gateway: TestGateway, as: TestKey, owner: Person) => {
  const { bytes, expires } = await nonceOf(gateway, 'enrol/nonce')
  const own = { publicKey: as.signer.publicKey, device: person(as.name).address, owner: owner.address }
  const fields = { ...bound(bytes, expires), ...own }
  const deviceSignature = hexOf(signAs(person(as.name), 'DeviceClaim', fields))
  const signed = {
    owner: hexOf(owner.address),
    expires,
    deviceSignature,
    ownerSignature: hexOf(signAs(owner, 'DeviceClaim', fields)),
  }
  return post(gateway, 'devices', { enrol: toHex(enrolMessage(as, bytes)), name: as.name, claim: signed })
}
/** What `owner` says about a device, in the fields of the API. */
const say = async (gateway: TestGateway, name: TypedName, owner: Person, own: Record<string, unknown>, of = key) => {
  const { nonce, bytes, expires } = await nonceOf(gateway, 'nonces')
  const fields = { ...bound(bytes, expires), device: person(of.name).address, owner: owner.address, ...own }
  const ownerSignature = hexOf(signAs(owner, name, fields))
  return { ...own, owner: hexOf(owner.address), nonce, bytes, expires, ownerSignature, fields }
}
const revoke = async (gateway: TestGateway, owner: Person, of = key) => {
  const { fields: _fields, bytes: _bytes, ...body } = await say(gateway, 'DeviceRevoke', owner, { reason: 1 }, of)
  return post(gateway, `devices/${of.kid}/revoke`, body)
}
const rotate = async (gateway: TestGateway, isOldThere: boolean) => {
  const own = { newPublicKey: heir.signer.publicKey, newDevice: person(heir.name).address }
  const { fields, bytes, owner, expires, ownerSignature } = await say(gateway, 'DeviceRotate', ann, own)
  const newKeySignature = hexOf(signAs(person(heir.name), 'DeviceRotate', fields))
  const old = isOldThere ? { oldKeySignature: hexOf(signAs(person(key.name), 'DeviceRotate', fields)) } : {}
  const body = { enrol: toHex(enrolMessage(heir, bytes)), owner, expires, ownerSignature, newKeySignature, ...old }
  return post(gateway, `devices/${key.kid}/rotate`, body)
}
/** How long a connection takes to end after this, in ms. */
const endsAfter = async (closed: Promise<void>, act: () => Promise<{ status: number }>): Promise<number> => {
  const from = performance.now()
  expect((await act()).status).toBe(200)
  await closed
  return performance.now() - from
}

describe('a device with an owner', () => {
  it(
    'is registered by two signatures, active after its first report, and ends within a second of its revocation',
    async () => {
      const gateway = await startTestGateway()
      const { status, json } = await claim(gateway, key, ann)
      expect([status, json.status, json.owner, json.name]).toEqual([201, 'pending', hexOf(ann.address), 'porch'])
      const connected = await connectDevice(gateway, key)
      expect(await device(gateway)).toMatchObject({ status: 'pending', connected: true })
      await connected.publish(signReport(key, { seq: 0 }))
      expect(await connected.receipt()).toMatchObject([{ verdict: 0 }])
      expect(await device(gateway)).toMatchObject({ status: 'active', pendingUntilMs: null })

      expect((await revoke(gateway, bob)).json.error.code).toBe('claim/not-owner')
      expect(await device(gateway)).toMatchObject({ status: 'active', connected: true })
      expect(await endsAfter(connected.closed, () => revoke(gateway, ann))).toBeLessThan(1_000)
      expect(await device(gateway)).toMatchObject({ status: 'revoked', connected: false })
      await expect(connectDevice(gateway, key, 2)).rejects.toMatchObject({ code: 5 })
      expect((await claim(gateway, key, ann)).json.error.code).toBe('enrol/kid-taken')
    },
    reading,
  )

  it('ends its old connection when its key is rotated, and goes on with the new one', async () => {
    const gateway = await startTestGateway()
    await claim(gateway, key, ann)
    const connected = await connectDevice(gateway, key)
    await connected.publish(signReport(key, { seq: 0 }))
    expect(await endsAfter(connected.closed, () => rotate(gateway, true))).toBeLessThan(1_000)
    expect(await device(gateway)).toMatchObject({ status: 'rotated', rotatedTo: heir.kid })
    await expect(connectDevice(gateway, key, 2)).rejects.toMatchObject({ code: 5 })
    const next = await connectDevice(gateway, heir)
    await next.publish(signReport(heir, { seq: 0 }))
    expect(await device(gateway, heir.kid)).toMatchObject({
      status: 'active',
      owner: hexOf(ann.address),
      name: 'porch',
    })
  })

  it('waits where the old key did not sign, works until then, and turns over a restart', async () => {
    const data = testFolder()
    const flags = [[['rotateWaitS'], '2']] as const
    const first = await startTestGateway(data, flags)
    await claim(first, key, ann)
    const { status, json } = await rotate(first, false)
    expect([status, json.rotation.newKid]).toEqual([202, heir.kid])
    expect((await device(first)).rotation).toEqual(json.rotation)
    const connected = await connectDevice(first, key)
    await connected.publish(signReport(key, { seq: 0 }))
    expect(await connected.receipt()).toMatchObject([{ verdict: 0 }])
    await connected.closed
    expect(Date.now()).toBeGreaterThanOrEqual(json.rotation.dueMs)
    expect(await device(first)).toMatchObject({ status: 'rotated', rotation: null })
    await first.close()
    const second = await startTestGateway(data, flags)
    expect(await device(second)).toMatchObject({ status: 'rotated', rotatedTo: heir.kid })
    await expect(connectDevice(second, key, 2)).rejects.toMatchObject({ code: 5 })
    await connectDevice(second, heir)
  })

  it('lapses without a report, is cut off, and may be registered again', async () => {
    const gateway = await startTestGateway(testFolder(), [[['pendingS'], '1']])
    await claim(gateway, key, ann)
    const connected = await connectDevice(gateway, key)
    await connected.closed
    expect(await device(gateway)).toMatchObject({ status: 'lapsed', connected: false })
    await expect(connectDevice(gateway, key, 2)).rejects.toMatchObject({ code: 5 })
    expect((await claim(gateway, key, bob)).json).toMatchObject({ status: 'pending', owner: hexOf(bob.address) })
    const again = await connectDevice(gateway, key, 3)
    await again.publish(signReport(key, { seq: 0 }))
    expect(await device(gateway)).toMatchObject({ status: 'active' })
  })

  it('of the host may be claimed later, while it is connected', async () => {
    const gateway = await startTestGateway()
    await enrol(gateway, key)
    const connected = await connectDevice(gateway, key)
    await connected.publish(signReport(key, { seq: 0 }))
    expect((await claim(gateway, key, ann)).json).toMatchObject({
      status: 'active',
      owner: hexOf(ann.address),
      connected: true,
    })
    await connected.publish(signReport(key, { seq: 1 }))
  })

  it('has a history from which a foreign library recovers who signed', async () => {
    const gateway = await startTestGateway()
    await claim(gateway, key, ann)
    const {
      fields: _fields,
      bytes: _bytes,
      ...where
    } = await say(gateway, 'DeviceLocation', ann, {
      cell: '8c1f1d48934adff',
      altitudeDm: -7,
      gainDdbi: 25,
    })
    const placed = await post(gateway, `devices/${key.kid}/location`, where)
    expect([placed.status, placed.json.place]).toMatchObject([
      200,
      { cell: '8c1f1d48934adff', gainDbi: 2.5, altitudeM: -0.7 },
    ])
    await call(`${gateway.http}/v1/devices/${key.kid}/place`, 'PUT', {
      token: gateway.token,
      body: '{"lat":1,"lng":2}',
    })
    const { history } = (await call(`${gateway.http}/v1/devices/${key.kid}/history`)).json
    expect(history.map((row: { event: string; actor: string }) => [row.event, row.actor])).toEqual([
      ['device/claimed', hexOf(ann.address)],
      ['device/placed', hexOf(ann.address)],
      ['device/placed', 'admin'],
    ])
    const { locations } = (await call(`${gateway.http}/v1/devices/${key.kid}/locations`)).json
    expect(locations).toEqual(history.slice(1))
    let recovered = 0
    for (const { detail, signatures = [] } of history) {
      for (const { by, signature } of signatures) {
        const types = typedFields[detail.type as TypedName].split(',').map((field) => {
          const [type = '', name = ''] = field.split(' ')
          return { name, type }
        })
        const theirs = ({ name, type }: { name: string; type: string }): unknown => {
          const value = detail.message[name]
          if (name === 'cell') return BigInt(`0x${value}`)
          if (type === 'address') return value
          return typeof value === 'number' ? BigInt(value) : fromHex(value.slice(2))
        }
        const typed = {
          types: { [detail.type]: types },
          primaryType: detail.type,
          domain: { name: 'hexfix', version: '1', chainId: BigInt(detail.chainId) },
          message: Object.fromEntries(types.map((one) => [one.name, theirs(one)])),
        }
        expect(recoverAddressTyped(signature, typed as never).toLowerCase()).toBe(detail.message[by])
        recovered++
      }
    }
    expect(recovered).toBe(3)
  })
})
