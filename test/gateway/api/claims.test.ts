import { describe, expect, it } from 'vitest'
import { checksumAddress } from '../../../device-sdk/protocol/index.ts'
import { keccak256 } from '../../../device-sdk/signer/index.ts'
import { openTestRegistry } from '../harness.ts'
import { testKey } from '../keys.ts'
import { person } from '../ownership/signing.ts'
import { call } from '../running.ts'
import { startTestApi, adminToken as token } from './server-parts.ts'

const key = testKey('porch')
const ann = checksumAddress(person('ann').address, keccak256)
const signature = `0x${'11'.repeat(65)}`
const signed = { nonce: '22'.repeat(32), expires: 1 }
const revocation = { owner: ann, reason: 0, ...signed, ownerSignature: signature }
const revoke = `/v1/devices/${key.kid}/revoke`

describe('what owners send', () => {
  it.each([
    ['in lower case', ann.toLowerCase(), 'claim/not-owner'],
    ['in the case of EIP-55', ann, 'claim/not-owner'],
    ['in another case', ann.replace(/[a-f]/, (letter) => letter.toUpperCase()), 'api/bad-request'],
    ['without 0x', ann.slice(2), 'api/bad-request'],
    ['of 19 bytes', ann.slice(0, 40), 'api/bad-request'],
  ])('may name an address %s: %s is %s', async (_how, owner, code) => {
    const { http } = await startTestApi(openTestRegistry([key]))
    const { json } = await call(http + revoke, 'POST', { body: JSON.stringify({ ...revocation, owner }) })
    expect(json.error.code).toBe(code)
  })

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a short signature', JSON.stringify({ ...revocation, ownerSignature: signature.slice(0, -2) })],
    ['a number in place of a nonce', JSON.stringify({ ...revocation, nonce: 5 })],
    ['an expiry in parts of a second', JSON.stringify({ ...revocation, expires: 1.5 })],
    ['a reason over 53 bits', JSON.stringify({ ...revocation, reason: 2 ** 53 })],
    ['a negative reason', JSON.stringify({ ...revocation, reason: -1 })],
    ['an unknown field', JSON.stringify({ ...revocation, force: true })],
  ])('is refused when it is %s', async (_what, body) => {
    const { http, registry } = await startTestApi(openTestRegistry([key]))
    const { status, json } = await call(http + revoke, 'POST', { body })
    expect([status, json.error.code]).toEqual([400, 'api/bad-request'])
    expect(registry.get(key.kid)?.status).toBe('active')
  })

  it('is for the public, but not a revocation without a signature', async () => {
    const { http, registry, events } = await startTestApi(openTestRegistry([key]))
    for (const body of ['', '{}', '{"reason":1}']) {
      const { status, json } = await call(http + revoke, 'POST', { body })
      expect([status, json.error.code]).toEqual([401, 'api/unauthorised'])
    }
    expect([registry.get(key.kid)?.status, events]).toEqual(['active', []])
    const host = await call(http + revoke, 'POST', { token, body: '{"reason":7}' })
    expect([host.status, host.json.status]).toEqual([200, 'revoked'])
    expect(events).toEqual([`disconnect ${key.kid}`, `device/revoked ${key.kid}`])
    const { json } = await call(`${http}/v1/devices/${key.kid}/history`)
    expect(json.history).toMatchObject([{ event: 'device/revoked', actor: 'admin', detail: { reason: 7 } }])
  })

  it('is looked at thirty times a minute from an address that fails, and then has to wait; the host need not', async () => {
    const { http } = await startTestApi(openTestRegistry([key]))
    const fail = () => call(`${http}/v1/devices/${key.kid}/transfer`, 'POST', { body: '{}' })
    const together = await Promise.all(Array.from({ length: 40 }, fail))
    const codes = together.map(({ json }) => json.error.code).sort()
    expect(codes).toEqual([...Array(30).fill('api/bad-request'), ...Array(10).fill('claim/too-often')])
    expect((await call(http + revoke, 'POST', { body: JSON.stringify(revocation) })).status).toBe(429)
    expect((await call(http + revoke, 'POST', { token })).status).toBe(200)
  })
})

describe('a public nonce', () => {
  it('lives an hour, and is given thirty times a minute to one address', async () => {
    const startMs = Date.now()
    const { http } = await startTestApi(openTestRegistry([]), false, () => startMs)
    const ask = () => call(`${http}/v1/nonces`, 'POST')
    const first = await ask()
    expect([first.status, first.json.expiresS - first.json.nowS]).toEqual([201, 3_600])
    for (let i = 1; i < 30; i++) expect((await ask()).status).toBe(201)
    const over = await ask()
    expect([over.status, over.json.error.code]).toEqual([429, 'claim/too-often'])
    expect((await call(`${http}/v1/enrol/nonce`, 'POST')).status).toBe(401)
    expect((await call(`${http}/v1/enrol/nonce`, 'POST', { token })).status).toBe(201)
  })

  it('is refused while as many are open as may be, and given again when they expire', async () => {
    const { store } = openTestRegistry([])
    const put = (i: number, nowMs: number) =>
      store.nonces.put(Buffer.from(`${i}`.padStart(32, '0')), 'owner', nowMs, nowMs + 10, 3)
    expect([0, 1, 2, 3].map((i) => put(i, 0))).toEqual([true, true, true, false])
    expect(put(4, 11)).toBe(true)
  })
})

describe('the history of a device', () => {
  it.each(['history', 'locations'])('%s: needs a device that is known, and whoever may read', async (path) => {
    const { http } = await startTestApi(openTestRegistry([key]), false)
    const url = `${http}/v1/devices/${key.kid}/${path}`
    expect((await call(url)).status).toBe(401)
    expect((await call(url, 'GET', { token })).json).toEqual({ kid: key.kid, [path]: [] })
    const stranger = await call(`${http}/v1/devices/0011223344556677/${path}`, 'GET', { token })
    expect([stranger.status, stranger.json.error.code]).toEqual([404, 'device/unknown'])
  })
})
